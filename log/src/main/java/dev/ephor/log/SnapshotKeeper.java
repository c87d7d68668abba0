package dev.ephor.log;

import dev.ephor.log.Application.SnapshotWriter;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides when a snapshot is due, and has it taken beside the running operations (PML §5.5). One
/// that fails costs nothing: it is reported, and tried again later.
///
/// When it is due depends on the values alone, so that replicas take their snapshots after the same
/// instances, and who fetches one can have it from any of them; but each writes its own at its own
/// time, one after the other, so that no majority is busy with that at once. Confined to the loop.
final class SnapshotKeeper {
    private static final long RETRY = 10_000_000_000L;
    private static final long LONGEST_STAGGER = 60_000_000_000L;

    private final Environment environment;
    private final LogSettings settings;
    private final SnapshotStore store;
    private final ReplicaId self;
    private final Supplier<SnapshotWriter> takeHold;
    private final LongConsumer mayTruncate;

    private @Nullable SnapshotHandle newest;
    private long newestInstance;

    /// After this instance one was due the last time.
    private long lastDue;

    /// What the values since then take in the log, about.
    private long bytesSince;

    /// One is being written, or waits for its time.
    private boolean running;

    /// The state that is written next.
    private @Nullable Held held;

    /// How long the last one took to write.
    private long duration;

    private boolean retrying;
    private long retryAt;

    /// A state that was taken hold of.
    ///
    /// @param waiting who is told of it
    private record Held(
            SnapshotHandle handle,
            SnapshotWriter state,
            List<CompletableFuture<SnapshotHandle>> waiting) {}

    /// @param takeHold of the application's state, as it is when called
    /// @param mayTruncate called with the instance that the log need not reach back to any more
    SnapshotKeeper(
            Environment environment,
            LogSettings settings,
            SnapshotStore store,
            ReplicaId self,
            long newestInstance,
            Supplier<SnapshotWriter> takeHold,
            LongConsumer mayTruncate) {
        this.environment = environment;
        this.settings = settings;
        this.store = store;
        this.self = self;
        this.newestInstance = newestInstance;
        this.lastDue = newestInstance;
        this.takeHold = takeHold;
        this.mayTruncate = mayTruncate;
    }

    /// The last instance that the newest snapshot covers; 0 where there is none.
    long newestInstance() {
        return newestInstance;
    }

    /// The application has the value of this instance.
    ///
    /// @param bytes that the value takes in the log, about
    /// @return true where a snapshot is due at this very point: [#take] it
    boolean isDueAfter(long instance, long bytes) {
        bytesSince += bytes;
        long every = settings.snapshotInstances();
        boolean due = instance / every > lastDue / every || bytesSince >= interval();
        if (due) {
            lastDue = instance;
            bytesSince = 0;
        }
        return due || retrying && environment.nanoTime() - retryAt >= 0;
    }

    /// As much log as the snapshot is long, at least. Rounded up, because the replicas may not have
    /// the same one yet.
    private long interval() {
        long size = store.newestSize();
        long rounded = size <= 1 ? size : Long.highestOneBit(size - 1) << 1;
        return Math.max(settings.snapshotBytes(), rounded);
    }

    /// Takes hold of the state, which is that of this handle, to write it as soon as may be.
    void take(SnapshotHandle now) {
        hold(now, List.of());
        if (!running) {
            running = true;
            environment.schedule(stagger(now), this::write);
        }
    }

    /// One on demand.
    void ask(SnapshotHandle now, CompletableFuture<SnapshotHandle> future) {
        if (now.equals(newest)) {
            future.complete(now);
        } else if (now.instance() == 0) {
            future.completeExceptionally(new IOException("nothing is applied yet"));
        } else {
            hold(now, List.of(future));
            if (!running) {
                running = true;
                write();
            }
        }
    }

    private void hold(SnapshotHandle now, List<CompletableFuture<SnapshotHandle>> asking) {
        retrying = false;
        List<CompletableFuture<SnapshotHandle>> waiting = new ArrayList<>(asking);
        Held before = held;
        if (before != null) {
            waiting.addAll(before.waiting());
        }
        held = new Held(now, takeHold.get(), waiting);
    }

    /// Each replica leaves those before it the time to write theirs.
    private long stagger(SnapshotHandle now) {
        SortedSet<ReplicaId> members = new TreeSet<>(now.membership().everybody());
        return Math.min(LONGEST_STAGGER, members.headSet(self).size() * duration);
    }

    private void write() {
        Held next = held;
        held = null;
        if (next == null || next.handle().instance() <= newestInstance) {
            // A snapshot from another replica was installed meanwhile.
            running = false;
            if (next != null) {
                next.waiting()
                        .forEach(future ->
                                future.completeExceptionally(
                                        new IOException("a newer snapshot was installed")));
            }
            return;
        }
        long begun = environment.nanoTime();
        environment
                .background()
                .execute(() -> {
                    try {
                        long size = store.write(next.handle(), next.state());
                        environment.loop().execute(() -> taken(next, size, begun));
                    } catch (IOException e) {
                        environment.loop().execute(() -> failed(e, next));
                    }
                });
    }

    private void taken(Held done, long size, long begun) {
        SnapshotHandle handle = done.handle();
        duration = environment.nanoTime() - begun;
        store.put(handle.instance(), size);
        if (handle.instance() > newestInstance) {
            newest = handle;
            newestInstance = handle.instance();
        }
        environment
                .reporter()
                .info("snapshot taken at instance " + handle.instance() + ", " + size + " bytes");
        OptionalLong reach = store.retain();
        reach.ifPresent(mayTruncate);
        done.waiting().forEach(future -> future.complete(handle));
        writeNext();
    }

    private void writeNext() {
        if (held != null) {
            write();
        } else {
            running = false;
        }
    }

    private void failed(IOException e, Held failed) {
        retrying = true;
        retryAt = environment.nanoTime() + RETRY;
        environment
                .reporter()
                .warn(
                        "cannot take a snapshot ("
                                + e.getMessage()
                                + "); nothing is lost, the replay log is kept, and it is tried"
                                + " again in "
                                + RETRY / 1_000_000_000
                                + " s");
        failed.waiting().forEach(future -> future.completeExceptionally(e));
        writeNext();
    }

    /// A snapshot came from another replica.
    ///
    /// @param isState true where it is what the application is at now; else the values up to there
    ///   came sooner
    void fetched(SnapshotHandle handle, boolean isState) {
        if (handle.instance() > newestInstance) {
            newest = handle;
            newestInstance = handle.instance();
        }
        if (isState) {
            lastDue = handle.instance();
            bytesSince = 0;
        }
    }

    /// Nothing more will be taken.
    void close() {
        Held never = held;
        held = null;
        if (never != null) {
            never.waiting()
                    .forEach(future ->
                            future.completeExceptionally(
                                    new IOException("the replica was closed")));
        }
    }
}
