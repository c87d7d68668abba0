package dev.ephor.log;

import dev.ephor.log.LogRecovery.Later;
import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a replica finds on its disk at a start, on the starting thread. A disk that is empty or
/// damaged is no error: what is left is set aside, and the replica must ask the cell to be let in
/// anew.
sealed interface Opening {
    /// The disk is that of a replica, and whole.
    ///
    /// @param starts how often it was started, with this one
    record Usable(Identity identity, SnapshotStore store, Start start, long starts)
            implements Opening {}

    /// What a replica begins with.
    ///
    /// @param handle of the snapshot that was loaded, or of nothing
    /// @param loaded the snapshot's state
    record Start(
            SnapshotHandle handle, @Nullable Object loaded, Recovered recovered, ReplayLog log) {
        Replica replica(ReplicaId self, LogSettings settings, Environment environment, long now) {
            return Replica.start(self, settings.paxos(), recovered, now, environment.random());
        }
    }

    /// The replica must not vote with this disk.
    record Unusable(String why) implements Opening {}

    /// @throws WrongDiskException the disk is another's; nothing was changed
    /// @throws IOException the disk cannot be used
    static Opening read(
            Seat seat, LogSettings settings, Environment environment, Application<?> application)
            throws IOException {
        Disk disk = environment.disk();
        try {
            Optional<Identity> identity = identity(disk, seat);
            if (identity.isEmpty()) {
                return new Unusable("the disk is empty");
            }
            return strictly(identity.get(), settings, environment, application);
        } catch (DamagedException e) {
            String folder = SetAside.everything(disk, e.place());
            String why = e.place() + " (set aside in " + folder + ")";
            environment.reporter().warn(why);
            return new Unusable(why);
        }
    }

    /// Whose disk it is; empty where nothing of a replica is on it.
    ///
    /// @throws DamagedException it was a replica's, but does not say whose
    private static Optional<Identity> identity(Disk disk, Seat seat) throws IOException {
        DamagedException damaged = null;
        try {
            Optional<Identity> found = Identity.find(disk, seat.cell(), seat.number());
            if (found.isPresent()) {
                return found;
            }
        } catch (DamagedException e) {
            damaged = e;
        }
        boolean empty = damaged == null;
        for (String name : disk.list()) {
            if (SegmentHeader.isSegment(name)) {
                LogRecovery.mustBeOf(disk, name, seat);
                empty &=
                        name.equals(SegmentHeader.fileName(1))
                                && !ReplayLog.holdsAnything(disk, name);
            }
            empty &= !SnapshotFile.isSnapshot(name);
        }
        if (damaged != null) {
            throw damaged;
        }
        if (!empty) {
            throw new DamagedException(Identity.FILE, 0, "the file is missing");
        }
        return Optional.empty();
    }

    /// @throws DamagedException the disk lost what was safely on it
    static Usable strictly(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<?> application)
            throws IOException {
        Quarantine.check(environment.disk());
        SnapshotStore store = new SnapshotStore(environment, identity);
        Optional<Loaded> loaded = store.loadNewest(application);
        SnapshotHandle handle =
                loaded.map(Loaded::handle)
                        .orElse(new SnapshotHandle(0, identity.members(), Epoch.NONE));
        Recovered.Replay replay = new Recovered.Replay(handle.instance());
        LogRecovery recovery =
                new LogRecovery(environment.disk(), identity, settings, environment.reporter());
        ReplayLog log;
        try {
            log = recovery.open(into(replay));
        } catch (DamagedException e) {
            Later later = recovery.laterThan(e, handle.instance()).orElseThrow(() -> e);
            doWithout(environment, later, e);
            replay = new Recovered.Replay(handle.instance());
            recovery =
                    new LogRecovery(environment.disk(), identity, settings, environment.reporter());
            log = recovery.open(later.segment(), into(replay));
            long begins = Math.max(later.highest(), log.begins().instance());
            log.append(List.of(new Stored.Begins(begins, later.segment())));
        }
        if (log.begins().instance() > handle.instance()) {
            throw new DamagedException(
                    SnapshotFile.fileName(log.begins().instance()),
                    0,
                    "the replay log begins after instance "
                            + log.begins().instance()
                            + ", but no snapshot that holds covers more than instance "
                            + handle.instance());
        }
        if (!store.damaged().isEmpty()) {
            SetAside.some(environment.disk(), store.damaged(), "damaged snapshots");
        }
        long starts = recovery.startsBefore() + 1;
        log.append(List.of(new Stored.Started(starts)));
        Recovered known = replay.result(handle.membership());
        Recovered recovered =
                new Recovered(
                        known.base(),
                        known.membership(),
                        known.promised(),
                        known.entries(),
                        known.chosenUpTo(),
                        starts == 1);
        Start start = new Start(handle, loaded.map(Loaded::state).orElse(null), recovered, log);
        return new Usable(identity, store, start, starts);
    }

    private static Consumer<Stored> into(Recovered.Replay replay) {
        return stored -> {
            if (stored instanceof Stored.Core core) {
                replay.add(core.record());
            }
        };
    }

    /// Sets the segments aside that a snapshot has made dispensable, a damaged one among them.
    private static void doWithout(Environment environment, Later later, DamagedException damage)
            throws IOException {
        Disk disk = environment.disk();
        List<String> earlier =
                disk.list().stream()
                        .filter(SegmentHeader::isSegment)
                        .filter(name -> SegmentHeader.numberOf(name) < later.segment())
                        .toList();
        String folder = SetAside.some(disk, earlier, damage.place());
        environment
                .reporter()
                .warn(
                        damage.place()
                                + ". A snapshot covers everything that this part of the replay log"
                                + " holds, so it is not needed; it was set aside in "
                                + folder);
    }

    /// The members as far as the disk knows.
    static Membership membersKnown(Start start) {
        Recovered recovered = start.recovered();
        Membership members = recovered.membership();
        for (Entry entry : recovered.entries().headMap(recovered.chosenUpTo() + 1).values()) {
            members = members.after(entry.instance(), entry.value());
        }
        return members;
    }

    /// The highest instance that the disk has a value for, or covers with a snapshot.
    static long highest(Start start) {
        Recovered recovered = start.recovered();
        return recovered.entries().isEmpty()
                ? recovered.base()
                : Math.max(recovered.base(), recovered.entries().lastKey());
    }
}
