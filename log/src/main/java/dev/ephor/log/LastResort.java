package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// For a cell of which a majority of disks is lost for good: makes one disk that is left the whole
/// of it. What a majority had chosen and this disk never received is lost, so it is nothing that a
/// program may decide to do.
///
/// The replica must not be running. First [#examine], which changes nothing but what a start would,
/// then read [#findings], then [#rebuild].
public final class LastResort {
    static final String FOLDER = "before-last-resort";

    private final Disk disk;
    private final LogSettings settings;
    private final Reporter reporter;
    private final Identity identity;
    private final SnapshotHandle handle;
    private final Recovered recovered;
    private final Membership members;

    private LastResort(
            Disk disk,
            LogSettings settings,
            Reporter reporter,
            Identity identity,
            SnapshotHandle handle,
            Recovered recovered,
            Membership members) {
        this.disk = disk;
        this.settings = settings;
        this.reporter = reporter;
        this.identity = identity;
        this.handle = handle;
        this.recovered = recovered;
        this.members = members;
    }

    /// Reads the disk of the replica that is to go on alone.
    ///
    /// @throws WrongDiskException it is not the disk of that replica
    /// @throws DamagedException it is damaged itself
    /// @throws IOException it cannot be read
    public static LastResort examine(Disk disk, Seat seat, LogSettings settings, Reporter reporter)
            throws IOException {
        Identity identity = Identity.load(disk, seat.cell(), seat.number());
        SnapshotHandle handle = newest(disk, identity);
        Recovered.Replay replay = new Recovered.Replay(handle.instance());
        ReplayLog log =
                new LogRecovery(disk, identity, settings, reporter)
                        .open(stored -> {
                            if (stored instanceof Stored.Core core) {
                                replay.add(core.record());
                            }
                        });
        long begins = log.begins().instance();
        log.close();
        if (begins > handle.instance()) {
            throw new DamagedException(
                    SnapshotFile.fileName(begins), 0, "no snapshot reaches the replay log");
        }
        Recovered recovered = replay.result(handle.membership());
        Membership members = recovered.membership();
        for (Entry entry : recovered.entries().headMap(recovered.chosenUpTo() + 1).values()) {
            members = members.after(entry.instance(), entry.value());
        }
        return new LastResort(disk, settings, reporter, identity, handle, recovered, members);
    }

    private static SnapshotHandle newest(Disk disk, Identity identity) throws IOException {
        for (String name : disk.list().reversed()) {
            if (SnapshotFile.isSnapshot(name)) {
                try (DiskFile file = disk.open(name)) {
                    SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, identity.cell());
                    in.finish();
                    return in.handle();
                } catch (DamagedException e) {
                    // An older one may do.
                    continue;
                }
            }
        }
        return new SnapshotHandle(0, identity.members(), Epoch.NONE);
    }

    /// Who the replica will be, and alone.
    public ReplicaId survivor() {
        return members.nextIncarnation(identity.replica().number());
    }

    /// Every value up to this instance is known to be chosen, and is kept.
    public long chosenUpTo() {
        return recovered.chosenUpTo();
    }

    /// The last instance that the disk has a value for. Those after [#chosenUpTo] were accepted
    /// here, and may have been chosen: they are kept too.
    public long highest() {
        return recovered.entries().isEmpty()
                ? recovered.base()
                : Math.max(recovered.base(), recovered.entries().lastKey());
    }

    /// What the disk holds, and what may be lost, line by line, for the one who decides.
    public List<String> findings() {
        return List.of(
                "Replica "
                        + identity.replica()
                        + " of cell '"
                        + identity.cell()
                        + "' knows the members "
                        + members.voters()
                        + " and holds what was chosen up to instance "
                        + chosenUpTo()
                        + (highest() > chosenUpTo()
                                ? ", and values up to instance "
                                        + highest()
                                        + " that may have been chosen"
                                : "")
                        + ".",
                "It will be the only member of the cell, as replica "
                        + survivor()
                        + ", and all that it holds will count as chosen.",
                "LOST is whatever was chosen after instance "
                        + highest()
                        + ", although clients were told that it was done. How much that is cannot be"
                        + " seen here: do this on the replica that holds the most.",
                "NEVER start another replica of this cell on the data that it has now: it would be a"
                        + " second cell under the same name. Empty its data directory; then start and"
                        + " add it.",
                "The data as it is now is kept in the folder " + FOLDER + ".");
    }

    /// Makes the disk that of the cell's only member. Interrupted, it leaves no replica, and the
    /// files in the folder, to be moved back by hand.
    ///
    /// @param random for the disk's new number
    /// @throws IOException it was done before, or the disk cannot be written
    public ReplicaId rebuild(RandomGenerator random) throws IOException {
        moveAway();
        ReplicaId self = survivor();
        TreeMap<Integer, Integer> incarnations = new TreeMap<>(members.incarnations());
        incarnations.put(self.number(), self.incarnation());
        Membership alone =
                new Membership(new TreeSet<>(List.of(self)), new TreeMap<>(), incarnations, 0);
        Identity reborn = new Identity(identity.cell(), self, alone, random.nextLong());
        copySnapshot(alone);
        ReplayLog.create(disk, reborn);
        ReplayLog log = new LogRecovery(disk, reborn, settings, reporter).open(stored -> {});
        log.append(records());
        log.close();
        reborn.write(disk);
        return self;
    }

    /// The identity goes first: without it, nothing here is taken for a replica's disk.
    private void moveAway() throws IOException {
        if (disk.listAll().stream().anyMatch(name -> name.startsWith(FOLDER + "/"))) {
            throw new IOException(
                    "the folder "
                            + FOLDER
                            + " is there from an earlier time: move it out of the data directory"
                            + " first");
        }
        disk.rename(Identity.FILE, FOLDER + "/" + Identity.FILE);
        disk.flushDirectory();
        for (String name : disk.list()) {
            if (!name.equals(PeerCodec.FILE)) {
                disk.rename(name, FOLDER + "/" + name);
            }
        }
        disk.flushDirectory();
    }

    private void copySnapshot(Membership alone) throws IOException {
        if (handle.instance() == 0) {
            return;
        }
        String name = SnapshotFile.fileName(handle.instance());
        String from = FOLDER + "/" + name;
        String unfinished = name + DiskFiles.UNFINISHED;
        try (DiskFile source = disk.open(from);
                DiskFile target = disk.open(unfinished)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(source, from, identity.cell());
            SnapshotHandle same = new SnapshotHandle(handle.instance(), alone, handle.epoch());
            SnapshotFile.Writer out = new SnapshotFile.Writer(target, identity.cell(), same);
            in.transferTo(out);
            in.finish();
            out.finish();
            target.flush();
        }
        disk.rename(unfinished, name);
        disk.flushDirectory();
    }

    /// All that the log held, without the changes of members.
    private List<Stored> records() {
        List<Stored> records = new ArrayList<>();
        records.add(new Stored.Begins(handle.instance(), 1));
        records.add(new Stored.Core(new Record.Promised(recovered.promised())));
        for (Entry entry : recovered.entries().values()) {
            Value value =
                    entry.value() instanceof Value.MembershipChange change
                            ? new Value.NoOp(change.origin())
                            : entry.value();
            records.add(
                    new Stored.Core(
                            entry.instance() <= chosenUpTo()
                                    ? new Record.Chosen(entry.instance(), value)
                                    : new Record.Accepted(
                                            entry.instance(), entry.sequence(), value)));
        }
        records.add(new Stored.Core(new Record.ChosenUpTo(chosenUpTo())));
        return records;
    }
}
