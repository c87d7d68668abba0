package dev.ephor.log;

import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The one place that steps the core and performs its effects. All of it runs on the environment's
/// loop executor.
final class LogLoop<R> {
    private static final long IDLE = 1_000_000_000L;
    private static final long COMPLAINTS_APART = 10_000_000_000L;

    private final Identity identity;
    private final LogSettings settings;
    private final Environment environment;
    private final Application<R> application;
    private final MemoryUse memory;
    private final Submissions<R> submissions;
    private final Applier<R> applier;
    private final Replica core;
    private final LogWriter writer;
    private final SnapshotStore store;
    private final SnapshotKeeper keeper;
    private final SnapshotFetch fetch;
    private final CatchUpServer server;
    private final ChecksumExchange checksums;
    private final Runnable closed;

    /// The replay log holds every instance after this one. Durable, in the log itself.
    private long logBegins;

    private boolean draining;
    private boolean stopped;
    private Environment.@Nullable Timer tick;
    private long persistedAt;
    private long complainedAt = Long.MIN_VALUE;
    private volatile ReplicaStatus status;

    /// What a replica begins with.
    ///
    /// @param handle of the snapshot that was loaded, or of nothing
    /// @param loaded the snapshot's state
    record Start(
            SnapshotHandle handle, @Nullable Object loaded, Recovered recovered, ReplayLog log) {}

    LogLoop(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<R> application,
            SnapshotStore store,
            MemoryUse memory,
            Start start,
            Runnable closed) {
        this.identity = identity;
        this.settings = settings;
        this.environment = environment;
        this.application = application;
        this.store = store;
        this.memory = memory;
        this.submissions = new Submissions<>(memory);
        this.closed = closed;
        if (start.loaded() != null) {
            application.restore(start.handle(), start.loaded());
        }
        long now = environment.nanoTime();
        this.core =
                Replica.start(
                        identity.replica(),
                        settings.paxos(),
                        start.recovered(),
                        now,
                        environment.random());
        this.applier = new Applier<>(environment, application, submissions, start.handle());
        this.writer = new LogWriter(environment, settings, start.log(), memory, this::flushed);
        this.logBegins = start.log().begins().instance();
        this.keeper =
                new SnapshotKeeper(
                        environment,
                        settings,
                        store,
                        identity.replica(),
                        start.handle().instance(),
                        application::snapshot,
                        instance -> writer.truncate(instance, false, this::truncated));
        this.fetch =
                new SnapshotFetch(
                        environment, application, store, settings, new Fetching(), new Fetching());
        this.server = new CatchUpServer(environment, settings, writer, store);
        this.checksums =
                new ChecksumExchange(
                        environment,
                        settings,
                        identity.replica(),
                        application::checksum,
                        core::membership,
                        this::diverged);
        this.persistedAt = now;
        this.status = currentStatus();
    }

    void start() {
        environment.network().start(this::receive);
        tick();
    }

    ReplicaStatus status() {
        return status;
    }

    void submit(Bytes command, CompletableFuture<R> future) {
        if (stopped) {
            memory.settled(command.length());
            future.completeExceptionally(new NotMasterException(core.coordinator()));
            return;
        }
        submissions.add(command, future);
        if (!draining) {
            // Behind everything that waits now, so that what piled up shares a step.
            draining = true;
            environment.loop().execute(this::drain);
        }
    }

    private void drain() {
        draining = false;
        List<Input.Command> commands = submissions.drain();
        if (!commands.isEmpty()) {
            step(new Input.Submit(commands));
        }
    }

    void takeSnapshot(CompletableFuture<SnapshotHandle> future) {
        if (stopped) {
            future.completeExceptionally(new IOException("the replica was closed"));
            return;
        }
        keeper.ask(applier.handle(), future);
    }

    void stepDown(String why) {
        step(new Input.StepDown(why));
    }

    void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (tick != null) {
            tick.cancel();
        }
        applier.lostCoordinator();
        submissions.close();
        keeper.close();
        server.close();
        writer.close(closed);
    }

    private void tick() {
        if (stopped) {
            return;
        }
        tick = environment.schedule(settings.paxos().tick(), this::tick);
        step(new Input.Tick());
        long now = environment.nanoTime();
        fetch.tick(now);
        if (now - persistedAt > IDLE) {
            writer.prove();
        }
        status = currentStatus();
    }

    private void step(Input input) {
        if (stopped) {
            return;
        }
        try {
            List<Effect> effects = core.step(environment.nanoTime(), input);
            applier.leaseUntil(core.leaseUntil());
            for (Effect effect : effects) {
                perform(effect);
            }
            Check.that(applier.applied() <= core.chosenUpTo(), "only what is chosen is applied");
            Check.that(
                    logBegins <= applier.applied(), "the log begins at or below what is applied");
        } catch (InvariantViolation e) {
            fatal("stopped because going on could be unsafe: " + e.getMessage(), e);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(ReplicaId to, Message message) -> send(List.of(to), message);
            case Effect.Broadcast(List<ReplicaId> to, Message message) -> send(to, message);
            case Effect.Persist persist -> {
                persistedAt = environment.nanoTime();
                writer.persist(persist);
            }
            case Effect.Learn learn -> learn(learn.instance(), learn.value());
            case Effect.Proposed proposed ->
                    submissions.proposed(proposed.instance(), proposed.tickets(), applier.origin());
            case Effect.Refused refused ->
                    submissions.refused(
                            refused.tickets(),
                            switch (refused.reason()) {
                                case NOT_COORDINATOR -> new NotMasterException(core.coordinator());
                                case OVERLOADED -> new OverloadedException();
                                case NOT_READY, CHANGE_IN_PROGRESS, MEMBERS_CHANGED ->
                                        throw new IllegalStateException(
                                                "nobody asked for a change of members");
                            });
            case Effect.ServeCatchUp wanted ->
                    server.values(wanted, logBegins, keeper.newestInstance());
            case Effect.FetchSnapshot wanted -> fetch.begin(wanted.from());
            case Effect.TransferFailed failed ->
                    environment.reporter().info("still coordinator: " + failed.why());
            case Effect.BecameCoordinator became -> {
                applier.becameCoordinator(became.sequence());
                environment.reporter().info("coordinator with number " + became.sequence());
            }
            case Effect.LostCoordinator lost -> {
                applier.lostCoordinator();
                environment.reporter().info("no longer coordinator: " + lost.why());
            }
        }
    }

    private void learn(long instance, Value value) {
        applier.learn(instance, value);
        checksums.applied(instance);
        if (keeper.isDueAfter(instance, ValueCodec.sizeOf(value)) && !fetch.isRunning()) {
            keeper.take(applier.handle());
        }
    }

    private void send(Collection<ReplicaId> to, Message message) {
        environment.network().send(to, FrameCodec.encode(new Frame.Paxos(message)));
    }

    /// Disk before message: only here do the messages leave that depend on what was flushed.
    private void flushed(List<Effect.Persist> persisted) {
        if (stopped) {
            return;
        }
        for (Effect.Send message : Acknowledgements.afterFlush(persisted)) {
            send(List.of(message.to()), message.message());
        }
        step(new Input.Persisted(persisted.getLast().ticket()));
    }

    private void receive(ReplicaId from, Bytes bytes) {
        if (stopped) {
            return;
        }
        Frame frame;
        try {
            frame = FrameCodec.decode(bytes);
        } catch (MalformedException e) {
            complain("replica " + from + " sent what cannot be understood: " + e.getMessage());
            return;
        }
        if (memory.isBehind() && frame.bringsValues()) {
            return;
        }
        switch (frame) {
            case Frame.Paxos(Message message) -> step(new Input.Received(from, message));
            case Frame.SnapshotRequest request -> server.piece(from, request);
            case Frame.SnapshotPiece piece -> fetch.received(from, piece);
            case Frame.SnapshotGone gone -> fetch.gone(from, gone.instance());
            case Frame.ChecksumReport report -> checksums.received(from, report);
        }
    }

    private void complain(String message) {
        long now = environment.nanoTime();
        if (complainedAt == Long.MIN_VALUE || now - complainedAt > COMPLAINTS_APART) {
            complainedAt = now;
            environment.reporter().warn(message);
        }
    }

    private void diverged(String what) {
        stop();
        environment.background().execute(() -> Quarantine.begin(environment, what));
    }

    private void truncated(long begins, long base) {
        if (begins > logBegins) {
            logBegins = begins;
            step(new Input.Truncated(begins));
        }
    }

    /// A fetched snapshot is on disk. Before it counts, the log says that nothing of what it held
    /// up to there is of use any more: some of it may never have been chosen.
    private final class Fetching implements SnapshotFetch.Sources, SnapshotFetch.Outcome {
        @Override
        public List<ReplicaId> inOrder(ReplicaId first, @Nullable ReplicaId last) {
            return SnapshotOffers.inOrder(
                    core.membership().everybody(),
                    identity.replica(),
                    first,
                    core.coordinator(),
                    last,
                    environment.random());
        }

        @Override
        public long above() {
            return applier.applied();
        }

        @Override
        public void fetched(Loaded loaded, long size) {
            store.put(loaded.handle().instance(), size);
            writer.truncate(
                    loaded.handle().instance(), true, (begins, base) -> install(loaded, begins));
        }

        @Override
        public void failed(String why) {
            environment.reporter().warn("the snapshot was not fetched: " + why);
            step(new Input.SnapshotFailed());
        }
    }

    private void install(Loaded loaded, long begins) {
        if (stopped) {
            return;
        }
        SnapshotHandle handle = loaded.handle();
        if (handle.instance() > applier.applied()) {
            if (!applier.installed(handle, loaded.state())) {
                step(new Input.StepDown("a snapshot replaced the state of the master"));
            }
            keeper.installed(handle);
            environment.reporter().info("snapshot installed at instance " + handle.instance());
        }
        logBegins = Math.max(logBegins, begins);
        store.deleteBelow(handle.instance());
        step(new Input.SnapshotInstalled(handle.instance(), handle.membership()));
    }

    private ReplicaStatus currentStatus() {
        return new ReplicaStatus(
                identity.replica(),
                role(),
                core.promised(),
                applier.epoch(),
                core.chosenUpTo(),
                core.knownChosen(),
                applier.applied(),
                logBegins,
                keeper.newestInstance(),
                core.coordinator(),
                applier.leaseValid(),
                membership(),
                new java.util.TreeMap<>(core.peersChosen()));
    }

    private Membership membership() {
        return applier.handle().membership();
    }

    private ReplicaStatus.Role role() {
        if (applier.isMaster()) {
            return ReplicaStatus.Role.MASTER;
        }
        return switch (core.roleName()) {
            case "coordinator" -> ReplicaStatus.Role.COORDINATOR;
            case "candidate" -> ReplicaStatus.Role.CANDIDATE;
            default -> ReplicaStatus.Role.REPLICA;
        };
    }

    private void fatal(String message, Throwable cause) {
        stop();
        environment.fatal(message, cause);
    }

    private void stop() {
        stopped = true;
        applier.lostCoordinator();
    }
}
