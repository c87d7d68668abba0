package dev.ephor.log;

import dev.ephor.log.Application.SnapshotWriter;
import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The snapshots on disk (PML §5.5). A snapshot gets its name only when all of it is safely on
/// disk. The two newest are kept, so that the older can be used, with a longer piece of the log,
/// where the newer is found damaged; and for a while those that another replica is fetching.
///
/// Which there are is known on the loop. Files are written and read whole on the background
/// executor; pieces are read, and files deleted, by errands, in the order of the loop's decisions.
final class SnapshotStore {
    private static final int KEPT = 2;
    private static final int LENT = 2;
    private static final long LENT_FOR = 30_000_000_000L;

    private final Environment environment;
    private final Disk disk;
    private final Identity identity;

    /// Confined to the loop once the replica runs.
    private final TreeMap<Long, Kept> snapshots = new TreeMap<>();

    /// A snapshot on disk.
    ///
    /// @param size length of its file
    /// @param lentAt when a piece of it was last sent to another replica; [Long#MIN_VALUE] for
    ///   never
    private record Kept(long size, long lentAt) {}

    /// Names of those that were found damaged at the start.
    private final List<String> damaged = new ArrayList<>();

    /// A snapshot that was read and holds.
    ///
    /// @param state what the application made of it
    record Loaded(SnapshotHandle handle, Object state) {}

    SnapshotStore(Environment environment, Identity identity) {
        this.environment = environment;
        this.disk = environment.disk();
        this.identity = identity;
    }

    /// Finds the newest snapshot that holds, at a start. One that does not is reported and passed
    /// over. What was being fetched stays, where it is newer; nothing else that is not complete.
    Optional<Loaded> loadNewest(Application<?> application) throws IOException {
        for (String name : disk.list()) {
            if (SnapshotFile.isSnapshot(name)) {
                try (DiskFile file = disk.open(name)) {
                    put(SnapshotFile.instanceOf(name), file.size());
                }
            }
        }
        Optional<Loaded> newest = Optional.empty();
        for (long instance : List.copyOf(snapshots.descendingKeySet())) {
            try {
                newest = Optional.of(load(SnapshotFile.fileName(instance), application));
                break;
            } catch (DamagedException e) {
                snapshots.remove(instance);
                damaged.add(SnapshotFile.fileName(instance));
                environment
                        .reporter()
                        .warn(e.place() + ". This snapshot is not used; an older one may do");
            }
        }
        long from = newest.map(loaded -> loaded.handle().instance()).orElse(0L);
        PartialSnapshot.Name kept = PartialSnapshot.newest(disk, from);
        for (String name : disk.list()) {
            if (name.startsWith(SnapshotFile.PREFIX)
                    && name.endsWith(DiskFiles.UNFINISHED)
                    && (kept == null || !name.equals(kept.fileName()))) {
                disk.delete(name);
            }
        }
        return newest;
    }

    /// Files that were passed over at the start.
    List<String> damaged() {
        return List.copyOf(damaged);
    }

    /// Reads a snapshot and checks all of it.
    ///
    /// @throws DamagedException it does not hold
    /// @throws WrongDiskException it is of a later format
    Loaded load(String name, Application<?> application) throws IOException {
        try (DiskFile file = disk.open(name)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, identity.cell());
            Object state = read(application, in, name);
            in.finish();
            return new Loaded(in.handle(), state);
        }
    }

    /// What goes wrong with the file itself is told by the reader: this is of its contents.
    private static Object read(Application<?> application, SnapshotFile.Reader in, String name) {
        try {
            return application.read(in.handle(), in);
        } catch (IOException e) {
            throw new DamagedException(
                    name, 0, "the application cannot read it: " + e.getMessage());
        } catch (LaterFormatException e) {
            throw WrongDiskException.ofLaterFormat(name + ": " + e.getMessage());
        }
    }

    /// Writes a snapshot; then it may be [#put]. Returns the length of its file. Background.
    long write(SnapshotHandle handle, SnapshotWriter state) throws IOException {
        String name = SnapshotFile.fileName(handle.instance());
        String unfinished = name + DiskFiles.UNFINISHED;
        long size;
        try (DiskFile file = disk.open(unfinished)) {
            file.truncate(0);
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, identity.cell(), handle);
            state.write(out);
            size = out.finish();
            file.flush();
        } catch (IOException e) {
            deleteQuietly(unfinished);
            throw e;
        }
        disk.rename(unfinished, name);
        disk.flushDirectory();
        return size;
    }

    /// How much of what was fetched holds, from its beginning. Background.
    long soundPrefix(PartialSnapshot.Name name) throws IOException {
        try (DiskFile file = disk.open(name.fileName())) {
            return SnapshotFile.soundPrefix(file, name.fileName(), identity.cell());
        }
    }

    /// The snapshot that was fetched is whole and was read: gives it its name. Background.
    void keepFetched(PartialSnapshot.Name name) throws IOException {
        disk.rename(name.fileName(), SnapshotFile.fileName(name.instance()));
        disk.flushDirectory();
    }

    /// A snapshot is there under its name. Loop.
    void put(long instance, long size) {
        snapshots.put(instance, new Kept(size, Long.MIN_VALUE));
    }

    /// Length of the newest; 0 where there is none. Loop.
    long newestSize() {
        return snapshots.isEmpty() ? 0 : snapshots.lastEntry().getValue().size();
    }

    /// Deletes those below this instance. Loop.
    void deleteBelow(long instance) {
        List<Long> older = List.copyOf(snapshots.headMap(instance).keySet());
        delete(older);
    }

    /// Deletes all but the two newest, and but what others are fetching. Returns the oldest
    /// instance that the log must reach back to: who fetches a snapshot needs what comes after it.
    /// Loop.
    OptionalLong retain() {
        List<Long> newestFirst = new ArrayList<>(snapshots.descendingKeySet());
        List<Long> unused = new ArrayList<>();
        long reach = newestFirst.getFirst();
        int lent = 0;
        for (int i = 0; i < newestFirst.size(); i++) {
            long instance = newestFirst.get(i);
            if (i < KEPT) {
                reach = instance;
            } else if (lent < LENT && isLent(instance)) {
                reach = instance;
                lent++;
            } else {
                unused.add(instance);
            }
        }
        delete(unused);
        return newestFirst.size() < KEPT ? OptionalLong.empty() : OptionalLong.of(reach);
    }

    private boolean isLent(long instance) {
        Kept kept = snapshots.get(instance);
        return kept != null
                && kept.lentAt() != Long.MIN_VALUE
                && environment.nanoTime() - kept.lentAt() <= LENT_FOR;
    }

    private void delete(List<Long> instances) {
        instances.forEach(snapshots::remove);
        if (!instances.isEmpty()) {
            environment
                    .errands()
                    .execute(() ->
                            instances.forEach(
                                    instance -> deleteQuietly(SnapshotFile.fileName(instance))));
        }
    }

    /// The snapshot that another replica asks for; it is kept for a while from now. Loop.
    ///
    /// @param instance which; 0 for the newest
    /// @param above the newest is of use only where it covers more than this
    /// @return empty where it is not here
    OptionalLong lend(long instance, long above) {
        long found =
                instance == 0 && !snapshots.isEmpty() && snapshots.lastKey() > above
                        ? snapshots.lastKey()
                        : instance;
        Kept kept = snapshots.get(found);
        if (kept == null) {
            return OptionalLong.empty();
        }
        snapshots.put(found, new Kept(kept.size(), environment.nanoTime()));
        return OptionalLong.of(found);
    }

    /// A piece of a snapshot that was lent. An errand.
    Frame.SnapshotPiece piece(long instance, long offset, int length) throws IOException {
        String name = SnapshotFile.fileName(instance);
        try (DiskFile file = disk.open(name)) {
            long size = file.size();
            if (offset > size) {
                throw new IOException(name + " ends at " + size + ", before " + offset);
            }
            int part = (int) Math.min(length, size - offset);
            ByteBuffer data = DiskFiles.read(file, name, offset, part);
            return new Frame.SnapshotPiece(
                    instance,
                    size,
                    SnapshotFile.checksum(file, name),
                    offset,
                    Crc.of(data),
                    Bytes.copyOf(data));
        }
    }

    /// A file that stays costs only room.
    void deleteQuietly(String name) {
        try {
            DiskFiles.delete(disk, name);
        } catch (IOException e) {
            environment.reporter().warn("cannot delete " + name + ": " + e.getMessage());
        }
    }

    /// Deletes what was fetched of snapshots, but for this one. Background.
    void deletePartials(PartialSnapshot.@Nullable Name but) {
        try {
            for (PartialSnapshot.Name name : PartialSnapshot.all(disk)) {
                if (!name.equals(but)) {
                    deleteQuietly(name.fileName());
                }
            }
        } catch (IOException e) {
            environment.reporter().warn("cannot list the data directory: " + e.getMessage());
        }
    }
}
