package dev.ephor.log;

import dev.ephor.log.Application.SnapshotWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides when a snapshot is due, and has it taken beside the running operations (PML §5.5). One
/// that fails costs nothing: it is reported, and tried again later. Confined to the loop.
final class SnapshotKeeper {
    private static final long RETRY = 10_000_000_000L;

    private final Environment environment;
    private final LogSettings settings;
    private final SnapshotStore store;
    private final Supplier<SnapshotWriter> takeHold;
    private final LongConsumer mayTruncate;

    private @Nullable SnapshotHandle newest;
    private long newestInstance;
    private long newestSize;
    private long bytesSince;
    private boolean running;
    private long notBefore = Long.MIN_VALUE;
    private final List<CompletableFuture<SnapshotHandle>> asked = new ArrayList<>();

    /// @param takeHold of the application's state, as it is when called
    /// @param mayTruncate called with the instance that the log need not reach back to any more
    SnapshotKeeper(
            Environment environment,
            LogSettings settings,
            SnapshotStore store,
            long newestInstance,
            Supplier<SnapshotWriter> takeHold,
            LongConsumer mayTruncate) {
        this.environment = environment;
        this.settings = settings;
        this.store = store;
        this.newestInstance = newestInstance;
        this.takeHold = takeHold;
        this.mayTruncate = mayTruncate;
    }

    /// The last instance that the newest snapshot covers; 0 where there is none.
    long newestInstance() {
        return newestInstance;
    }

    void logGrew(long bytes) {
        bytesSince += bytes;
    }

    /// The application is at this point.
    void at(SnapshotHandle now) {
        if (!running && (isDue(now.instance()) || !asked.isEmpty())) {
            take(now);
        }
    }

    boolean isWanted(long instance) {
        return !running && (isDue(instance) || !asked.isEmpty());
    }

    private boolean isDue(long instance) {
        long since = instance - newestInstance;
        return since > 0
                && (since >= settings.snapshotInstances()
                        || bytesSince >= Math.max(settings.snapshotBytes(), newestSize))
                && (notBefore == Long.MIN_VALUE || environment.nanoTime() >= notBefore);
    }

    /// One on demand.
    void ask(SnapshotHandle now, CompletableFuture<SnapshotHandle> future) {
        if (now.equals(newest)) {
            future.complete(now);
        } else if (now.instance() == 0) {
            future.completeExceptionally(new IOException("nothing is applied yet"));
        } else {
            asked.add(future);
            at(now);
        }
    }

    private void take(SnapshotHandle handle) {
        running = true;
        long bytes = bytesSince;
        List<CompletableFuture<SnapshotHandle>> waiting = List.copyOf(asked);
        asked.clear();
        SnapshotWriter state = takeHold.get();
        environment
                .background()
                .execute(() -> {
                    try {
                        long size = store.write(handle, state);
                        OptionalLong older = store.retain();
                        environment
                                .loop()
                                .execute(() -> taken(handle, size, bytes, older, waiting));
                    } catch (IOException e) {
                        environment.loop().execute(() -> failed(e, waiting));
                    }
                });
    }

    private void taken(
            SnapshotHandle handle,
            long size,
            long bytes,
            OptionalLong older,
            List<CompletableFuture<SnapshotHandle>> waiting) {
        running = false;
        notBefore = Long.MIN_VALUE;
        if (handle.instance() > newestInstance) {
            newest = handle;
            newestInstance = handle.instance();
            newestSize = size;
            bytesSince -= bytes;
        }
        environment
                .reporter()
                .info("snapshot taken at instance " + handle.instance() + ", " + size + " bytes");
        older.ifPresent(mayTruncate);
        waiting.forEach(future -> future.complete(handle));
    }

    private void failed(IOException e, List<CompletableFuture<SnapshotHandle>> waiting) {
        running = false;
        notBefore = environment.nanoTime() + RETRY;
        environment
                .reporter()
                .warn(
                        "cannot take a snapshot ("
                                + e.getMessage()
                                + "); nothing is lost, the replay log is kept, and it is tried"
                                + " again in "
                                + RETRY / 1_000_000_000
                                + " s");
        waiting.forEach(future -> future.completeExceptionally(e));
    }

    /// A snapshot came from another replica and is what the application is at now.
    void installed(SnapshotHandle handle) {
        newest = handle;
        newestInstance = handle.instance();
        bytesSince = 0;
    }

    /// Nothing more will be taken.
    void close() {
        List<CompletableFuture<SnapshotHandle>> never = List.copyOf(asked);
        asked.clear();
        never.forEach(
                future -> future.completeExceptionally(new IOException("the replica was closed")));
    }
}
