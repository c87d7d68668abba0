package dev.ephor.log;

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

    /// The disk is that of a replica, and lacks nothing but chosen values, which a snapshot makes
    /// up for that covers the instance `needed`, wherever it was taken.
    record Wanting(Identity identity, long needed, String why) implements Opening {}

    /// The replica must not vote with this disk.
    record Unusable(String why) implements Opening {}

    /// What the replica shows of itself before it does anything.
    default ReplicaStatus status(Seat seat) {
        return switch (this) {
            case Unusable(String why) ->
                    ReplicaStatus.ofApplicant(new ReplicaId(seat.number(), 0), why);
            case Wanting wanting -> ReplicaStatus.ofRepair(wanting, "");
            case Usable usable ->
                    ReplicaStatus.ofStarting(
                            usable.identity().replica(),
                            usable.start().handle(),
                            usable.start().recovered(),
                            usable.start().log().begins().instance());
        };
    }

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

    /// Whose disk it is; empty where nothing of a replica is on it. Every segment is asked before
    /// anything is done: whatever else is wrong, what a later release wrote stays as it is.
    ///
    /// @throws DamagedException it was a replica's, but does not say whose
    private static Optional<Identity> identity(Disk disk, Seat seat) throws IOException {
        Optional<Identity> found = Optional.empty();
        DamagedException damaged = null;
        try {
            found = Identity.find(disk, seat.cell(), seat.number());
        } catch (DamagedException e) {
            damaged = e;
        }
        boolean empty = damaged == null && found.isEmpty();
        for (String name : disk.list()) {
            if (SegmentHeader.isSegment(name)) {
                LogRecovery.mustBeOf(disk, name, seat);
                empty =
                        empty
                                && name.equals(SegmentHeader.fileName(1))
                                && !ReplayLog.holdsAnything(disk, name);
            }
            empty &= !SnapshotFile.isSnapshot(name);
        }
        if (damaged != null) {
            throw damaged;
        }
        if (found.isEmpty() && !empty) {
            throw new DamagedException(Identity.FILE, 0, "the file is missing");
        }
        return found;
    }

    /// @throws DamagedException the disk lost what was safely on it, and nothing makes up for it
    private static Opening strictly(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<?> application)
            throws IOException {
        Disk disk = environment.disk();
        Quarantine.check(disk);
        SnapshotStore store = new SnapshotStore(environment, identity);
        Optional<Loaded> loaded = store.loadNewest(application);
        SnapshotHandle handle =
                loaded.map(Loaded::handle)
                        .orElse(new SnapshotHandle(0, identity.members(), Epoch.NONE));
        Object state = loaded.map(Loaded::state).orElse(null);
        Opening opening = withLog(identity, settings, environment, store, handle, state);
        if (!store.damaged().isEmpty()) {
            SetAside.some(disk, store.damaged(), "damaged snapshots");
        }
        return opening;
    }

    private static Opening withLog(
            Identity identity,
            LogSettings settings,
            Environment environment,
            SnapshotStore store,
            SnapshotHandle handle,
            @Nullable Object state)
            throws IOException {
        return switch (Replayed.from(identity, settings, environment, handle.instance())) {
            case Replayed.Lacking(long needed, String why) -> new Wanting(identity, needed, why);
            case Replayed.Whole whole -> withLog(identity, store, handle, state, whole);
        };
    }

    private static Opening withLog(
            Identity identity,
            SnapshotStore store,
            SnapshotHandle handle,
            @Nullable Object state,
            Replayed.Whole replayed)
            throws IOException {
        ReplayLog log = replayed.log();
        long begins = log.begins().instance();
        if (begins > handle.instance()) {
            log.close();
            String why =
                    "the replay log begins after instance "
                            + begins
                            + ", but no snapshot that holds covers more than instance "
                            + handle.instance();
            return new Wanting(identity, begins, why);
        }
        if (!replayed.below().isWholeAfter(begins)) {
            log.append(List.of(new Stored.Begins(handle.instance(), log.begins().segment())));
        }
        long starts = replayed.startsBefore() + 1;
        log.append(List.of(new Stored.Started(starts)));
        Recovered known = replayed.replay().result(handle.membership());
        Recovered recovered =
                new Recovered(
                        known.base(),
                        known.membership(),
                        known.promised(),
                        known.entries(),
                        known.chosenUpTo(),
                        starts == 1);
        return new Usable(identity, store, new Start(handle, state, recovered, log), starts);
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
