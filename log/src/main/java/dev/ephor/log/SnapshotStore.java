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

/// The snapshots on disk (PML §5.5). A snapshot gets its name only when all of it is safely on
/// disk. The two newest are kept, so that the older can be used, with a longer piece of the log,
/// where the newer is found damaged. Confined to the background executor once the replica runs.
final class SnapshotStore {
    /// What a snapshot is called while it comes from another replica.
    static final String FETCHED = "snapshot-fetched" + DiskFiles.UNFINISHED;

    private static final int KEPT = 2;
    private static final long LENT_FOR = 30_000_000_000L;

    private final Environment environment;
    private final Disk disk;
    private final Identity identity;

    /// Instance to when a piece of it was last sent to another replica; [Long#MIN_VALUE] for never.
    private final TreeMap<Long, Long> snapshots = new TreeMap<>();

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
    /// over.
    Optional<Loaded> loadNewest(Application<?> application) throws IOException {
        for (String name : disk.list()) {
            if (name.startsWith("snapshot-") && name.endsWith(DiskFiles.UNFINISHED)) {
                disk.delete(name);
            } else if (SnapshotFile.isSnapshot(name)) {
                snapshots.put(SnapshotFile.instanceOf(name), Long.MIN_VALUE);
            }
        }
        Optional<Loaded> newest = Optional.empty();
        for (long instance : List.copyOf(snapshots.descendingKeySet())) {
            try {
                newest = Optional.of(load(SnapshotFile.fileName(instance), application));
                break;
            } catch (DamagedException e) {
                snapshots.remove(instance);
                environment
                        .reporter()
                        .warn(e.place() + ". This snapshot is not used; an older one may do");
            }
        }
        return newest;
    }

    /// Reads a snapshot and checks all of it.
    ///
    /// @throws DamagedException it does not hold
    Loaded load(String name, Application<?> application) throws IOException {
        try (DiskFile file = disk.open(name)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, identity.cell());
            Object state = application.read(in.handle(), in);
            in.finish();
            return new Loaded(in.handle(), state);
        }
    }

    /// Writes a snapshot. Returns the length of its file.
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
        snapshots.put(handle.instance(), Long.MIN_VALUE);
        return size;
    }

    /// The snapshot that was fetched is whole and was read: keep it under its name, and none that
    /// is older, because the log does not reach back to them.
    void keepFetched(long instance) throws IOException {
        disk.rename(FETCHED, SnapshotFile.fileName(instance));
        disk.flushDirectory();
        snapshots.put(instance, Long.MIN_VALUE);
    }

    /// Deletes those below this instance.
    void deleteBelow(long instance) {
        List.copyOf(snapshots.headMap(instance).keySet()).forEach(this::delete);
    }

    /// Deletes all but the two newest, and but one that another replica is fetching. Returns the
    /// oldest instance that the log must reach back to: that of the second newest.
    OptionalLong retain() {
        List<Long> newestFirst = new ArrayList<>(snapshots.descendingKeySet());
        for (long instance :
                newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
            long lent = snapshots.getOrDefault(instance, Long.MIN_VALUE);
            if (lent == Long.MIN_VALUE || environment.nanoTime() - lent > LENT_FOR) {
                delete(instance);
            }
        }
        return newestFirst.size() < KEPT
                ? OptionalLong.empty()
                : OptionalLong.of(newestFirst.get(KEPT - 1));
    }

    /// A piece of a snapshot for another replica.
    ///
    /// @param instance which; 0 for the newest
    /// @return [Frame.SnapshotChunk], or [Frame.SnapshotGone] where it is not here
    Frame piece(long instance, long offset, int length) throws IOException {
        Long found = instance == 0 && !snapshots.isEmpty() ? snapshots.lastKey() : (Long) instance;
        if (!snapshots.containsKey(found)) {
            return new Frame.SnapshotGone(instance);
        }
        snapshots.put(found, environment.nanoTime());
        String name = SnapshotFile.fileName(found);
        try (DiskFile file = disk.open(name)) {
            long size = file.size();
            if (offset > size) {
                return new Frame.SnapshotGone(instance);
            }
            int part = (int) Math.min(length, size - offset);
            ByteBuffer data = DiskFiles.read(file, name, offset, part);
            return new Frame.SnapshotChunk(found, size, offset, Crc.of(data), Bytes.copyOf(data));
        }
    }

    private void delete(long instance) {
        snapshots.remove(instance);
        deleteQuietly(SnapshotFile.fileName(instance));
    }

    /// A file that stays costs only room.
    void deleteQuietly(String name) {
        try {
            if (disk.exists(name)) {
                disk.delete(name);
            }
        } catch (IOException e) {
            environment.reporter().warn("cannot delete " + name + ": " + e.getMessage());
        }
    }
}
