package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Fetches a snapshot from another replica, piece by piece, a few at a time, into a file of its own
/// (PML §5.5). The other side remembers nothing; where it vanishes this side gives up after a while
/// and lets the core choose somebody else. Should that be the same replica again, and the same
/// snapshot still be there, it goes on where it was.
///
/// Confined to the loop; writes and reads on the background executor.
final class SnapshotFetch {
    private static final int WINDOW = 4;
    private static final long ASK_AGAIN = 1_000_000_000L;
    private static final long GIVE_UP = 5_000_000_000L;

    private final Environment environment;
    private final Application<?> application;
    private final SnapshotStore store;
    private final int chunk;
    private final Outcome outcome;
    private @Nullable Transfer transfer;
    private @Nullable Transfer interrupted;

    /// How it ends; on the loop.
    interface Outcome {
        /// The snapshot is whole, and safely on disk under its own name.
        void fetched(Loaded loaded);

        void failed(String why);
    }

    SnapshotFetch(
            Environment environment,
            Application<?> application,
            SnapshotStore store,
            LogSettings settings,
            Outcome outcome) {
        this.environment = environment;
        this.application = application;
        this.store = store;
        this.chunk = settings.chunkBytes();
        this.outcome = outcome;
    }

    /// One snapshot from one replica.
    private static final class Transfer {
        final ReplicaId from;

        /// 0 until the first piece says which one it is.
        long instance;

        long size = -1;
        long next;
        final TreeSet<Long> outstanding = new TreeSet<>();
        int writing;
        long progressAt;
        long askedAt;

        Transfer(ReplicaId from) {
            this.from = from;
        }
    }

    /// Begins, or goes on. Whatever was fetched from somebody else is forgotten.
    void begin(ReplicaId from) {
        long now = environment.nanoTime();
        Transfer begun = interrupted;
        if (begun == null || !begun.from.equals(from)) {
            begun = new Transfer(from);
            environment.background().execute(() -> store.deleteQuietly(SnapshotStore.FETCHED));
        }
        interrupted = null;
        begun.progressAt = now;
        transfer = begun;
        environment.reporter().info("fetching a snapshot from replica " + from);
        ask(begun, now);
    }

    boolean isRunning() {
        return transfer != null;
    }

    void tick(long now) {
        Transfer current = transfer;
        if (current == null || current.writing > 0) {
            return;
        }
        if (now - current.progressAt > GIVE_UP) {
            give(current, "replica " + current.from + " does not answer");
        } else if (now - current.askedAt > ASK_AGAIN) {
            current.next = firstMissing(current);
            current.outstanding.clear();
            ask(current, now);
        }
    }

    void gone(ReplicaId from) {
        Transfer current = transfer;
        if (current != null && from.equals(current.from)) {
            transfer = null;
            outcome.failed("the snapshot is not at replica " + from + " any more");
        }
    }

    void received(ReplicaId from, Frame.SnapshotChunk piece) {
        Transfer current = transfer;
        if (current == null || !from.equals(current.from) || !fits(current, piece)) {
            return;
        }
        current.instance = piece.instance();
        current.size = piece.size();
        current.outstanding.remove(piece.offset());
        current.progressAt = environment.nanoTime();
        current.writing++;
        environment.background().execute(() -> write(current, piece));
        ask(current, current.progressAt);
    }

    private boolean fits(Transfer current, Frame.SnapshotChunk piece) {
        boolean same =
                current.instance == 0
                        || current.instance == piece.instance() && current.size == piece.size();
        return same
                && current.outstanding.contains(piece.offset())
                && piece.data().length() == Math.min(chunk, piece.size() - piece.offset())
                && piece.crc() == Crc.of(piece.data().asReadOnlyBuffer());
    }

    /// Asks for as much as the window has room for: one piece until it is known how many there are.
    private void ask(Transfer current, long now) {
        current.askedAt = now;
        int window = current.size < 0 ? 1 : WINDOW;
        while (current.outstanding.size() < window
                && (current.size < 0 || current.next < current.size)) {
            Frame request = new Frame.SnapshotRequest(current.instance, current.next, chunk);
            current.outstanding.add(current.next);
            current.next += chunk;
            environment.network().send(List.of(current.from), FrameCodec.encode(request));
        }
    }

    private static long firstMissing(Transfer current) {
        return current.outstanding.isEmpty() ? current.next : current.outstanding.getFirst();
    }

    private void write(Transfer current, Frame.SnapshotChunk piece) {
        String failure = null;
        try (DiskFile file = environment.disk().open(SnapshotStore.FETCHED)) {
            Bytes data = piece.data();
            file.write(piece.offset(), data.asReadOnlyBuffer());
        } catch (IOException e) {
            failure = "cannot write it: " + e.getMessage();
        }
        String problem = failure;
        environment.loop().execute(() -> written(current, problem));
    }

    private void written(Transfer current, @Nullable String problem) {
        current.writing--;
        if (transfer != current) {
            return;
        }
        if (problem != null) {
            give(current, problem);
        } else if (current.writing == 0
                && current.outstanding.isEmpty()
                && current.next >= current.size) {
            current.writing++;
            environment.background().execute(() -> complete(current));
        }
    }

    /// Checks all of it, with the application's own eyes, and keeps it.
    private void complete(Transfer current) {
        try {
            try (DiskFile file = environment.disk().open(SnapshotStore.FETCHED)) {
                file.truncate(current.size);
                file.flush();
            }
            Loaded loaded = store.load(SnapshotStore.FETCHED, application);
            store.keepFetched(loaded.handle().instance());
            environment
                    .loop()
                    .execute(() -> {
                        transfer = null;
                        outcome.fetched(loaded);
                    });
        } catch (DamagedException e) {
            unusable(e.place());
        } catch (WrongDiskException | IOException e) {
            unusable(String.valueOf(e.getMessage()));
        }
    }

    private void unusable(String why) {
        store.deleteQuietly(SnapshotStore.FETCHED);
        environment
                .loop()
                .execute(() -> {
                    transfer = null;
                    outcome.failed(why);
                });
    }

    /// Keeps what there is for another time.
    private void give(Transfer current, String why) {
        transfer = null;
        current.next = firstMissing(current);
        current.outstanding.clear();
        interrupted = current.size < 0 ? null : current;
        outcome.failed(why);
    }
}
