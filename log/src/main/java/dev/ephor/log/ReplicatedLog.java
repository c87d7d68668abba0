package dev.ephor.log;

import dev.ephor.log.LogLoop.Start;
import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Recovered;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A replica of a fault-tolerant log (PML §3): commands that are submitted at the master are given
/// to the [Application] of every replica, in the same order, and none is lost.
///
/// Methods may be called on any thread; futures complete on the environment's loop executor.
///
/// @param <R> what applying a command gives
public final class ReplicatedLog<R> implements AutoCloseable {
    private final Environment environment;
    private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
    private final MemoryUse memory;
    private volatile ReplicaStatus first;
    private volatile @Nullable LogLoop<R> loop;

    private ReplicatedLog(Environment environment, LogSettings settings, ReplicaStatus first) {
        this.environment = environment;
        this.memory = new MemoryUse(settings);
        this.first = first;
    }

    /// Reads what the disk holds (on the calling thread), brings the application to that state, and
    /// starts to take part in the cell.
    ///
    /// @throws WrongDiskException the disk is not that of `identity`
    /// @throws DamagedException the disk lost what was safely on it
    /// @throws IOException the disk cannot be read or written
    public static <R> ReplicatedLog<R> open(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<R> application)
            throws IOException {
        Identity found =
                Identity.load(environment.disk(), identity.cell(), identity.replica().number());
        if (!found.equals(identity)) {
            throw new WrongDiskException(
                    "the data directory has the identity "
                            + found
                            + ", but the replica was started as "
                            + identity);
        }
        Quarantine.check(environment.disk());
        SnapshotStore store = new SnapshotStore(environment, identity);
        Start start =
                recover(identity, settings, environment, store, store.loadNewest(application));
        ReplicatedLog<R> log =
                new ReplicatedLog<>(environment, settings, statusBefore(identity, start));
        environment.loop().execute(() -> log.start(identity, settings, application, store, start));
        return log;
    }

    private static Start recover(
            Identity identity,
            LogSettings settings,
            Environment environment,
            SnapshotStore store,
            Optional<Loaded> loaded)
            throws IOException {
        SnapshotHandle handle =
                loaded.map(Loaded::handle)
                        .orElse(new SnapshotHandle(0, identity.members(), Epoch.NONE));
        Recovered.Replay replay = new Recovered.Replay(handle.instance());
        LogRecovery recovery =
                new LogRecovery(environment.disk(), identity, settings, environment.reporter());
        ReplayLog log =
                recovery.open(stored -> {
                    if (stored instanceof Stored.Core core) {
                        replay.add(core.record());
                    }
                });
        if (log.begins().instance() > handle.instance()) {
            throw new DamagedException(
                    SnapshotFile.fileName(log.begins().instance()),
                    0,
                    "the replay log begins after instance "
                            + log.begins().instance()
                            + ", but no snapshot that holds covers more than instance "
                            + handle.instance());
        }
        boolean firstStart = !recovery.startedBefore();
        log.append(List.of(new Stored.Started()));
        Recovered known = replay.result(handle.membership());
        Recovered recovered =
                new Recovered(
                        known.base(),
                        known.membership(),
                        known.promised(),
                        known.entries(),
                        known.chosenUpTo(),
                        firstStart);
        return new Start(handle, loaded.map(Loaded::state).orElse(null), recovered, log);
    }

    private static ReplicaStatus statusBefore(Identity identity, Start start) {
        SnapshotHandle handle = start.handle();
        return new ReplicaStatus(
                identity.replica(),
                ReplicaStatus.Role.REPLICA,
                start.recovered().promised(),
                handle.epoch(),
                start.recovered().chosenUpTo(),
                start.recovered().chosenUpTo(),
                handle.instance(),
                start.log().begins().instance(),
                handle.instance(),
                Optional.empty(),
                false,
                handle.membership(),
                Collections.emptySortedMap());
    }

    private void start(
            Identity identity,
            LogSettings settings,
            Application<R> application,
            SnapshotStore store,
            Start start) {
        LogLoop<R> started =
                new LogLoop<>(
                        identity,
                        settings,
                        environment,
                        application,
                        store,
                        memory,
                        start,
                        () -> closed.complete(null));
        loop = started;
        started.start();
    }

    /// Submits a command. The future gets what applying it at this replica gave, once it is chosen
    /// and applied; or one of
    /// - [NotMasterException], [OverloadedException]: never proposed, hence without effect;
    /// - [NotChosenException]: proposed, and certainly without effect;
    /// - [OutcomeUnknownException]: the replica closed, or a snapshot was installed over it, before
    ///   the outcome was known.
    ///
    /// It waits as long as the outcome is undecided: a master that lost its majority does not know.
    /// What waits is bounded ([LogSettings#pendingBytes]): beyond that the future has failed with
    /// [OverloadedException] when this returns.
    public CompletableFuture<R> submit(Bytes command) {
        if (!memory.admit(command.length())) {
            return CompletableFuture.failedFuture(new OverloadedException());
        }
        CompletableFuture<R> future = new CompletableFuture<>();
        onLoop(started -> started.submit(command, future));
        return future;
    }

    /// What this replica knows, as of its last tick.
    public ReplicaStatus status() {
        LogLoop<R> started = loop;
        return started == null ? first : started.status();
    }

    /// Takes a snapshot now, beside the running operations. Fails with an [IOException] where it
    /// cannot be written, which costs nothing.
    public CompletableFuture<SnapshotHandle> takeSnapshot() {
        CompletableFuture<SnapshotHandle> future = new CompletableFuture<>();
        onLoop(started -> started.takeSnapshot(future));
        return future;
    }

    /// Gives mastership up, if this replica has it, so that another can have it at once.
    public void stepDown(String why) {
        onLoop(started -> started.stepDown(why));
    }

    /// Stops taking part. What was submitted and is undecided fails with [OutcomeUnknownException].
    /// The environment is its maker's to close.
    @Override
    public void close() {
        onLoop(LogLoop::close);
    }

    /// Completes, on the disk executor, when everything is on disk after [#close].
    public CompletableFuture<@Nullable Void> closed() {
        return closed;
    }

    /// The loop was given its start before anything else, so it has started when this runs.
    private void onLoop(Consumer<LogLoop<R>> task) {
        environment
                .loop()
                .execute(() -> {
                    LogLoop<R> started = loop;
                    if (started == null) {
                        throw new IllegalStateException("the loop did not start");
                    }
                    task.accept(started);
                });
    }
}
