package dev.ephor.log;

import dev.ephor.log.Opening.Start;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The one place that steps the core and performs its effects. All of it runs on the environment's
/// loop executor.
final class LogLoop<R> implements Phase {
    private static final long IDLE = 1_000_000_000L;

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
    private final Peers peers;
    private final ReplicaView view;
    private final SlowDisk slowDisk;
    private final MemberKeeper members;
    private final Stray stray;

    /// The replay log holds every instance after this one. Durable, in the log itself.
    private long logBegins;

    private boolean draining;
    private boolean membersLearned;
    private boolean stopped;
    private Environment.@Nullable Timer tick;
    private long persistedAt;
    private volatile ReplicaStatus status;

    LogLoop(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<R> application,
            SnapshotStore store,
            MemoryUse memory,
            Start start,
            Peers peers) {
        this.identity = identity;
        this.settings = settings;
        this.environment = environment;
        this.application = application;
        this.store = store;
        this.memory = memory;
        this.submissions = new Submissions<>(memory, settings.paxos());
        this.peers = peers;
        if (start.loaded() != null) {
            application.restore(start.handle(), start.loaded());
        }
        long now = environment.nanoTime();
        this.core = start.replica(identity.replica(), settings, environment, now);
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
                        instance ->
                                writer.truncate(
                                        instance, false, (begins, base) -> truncated(begins)));
        this.server = new CatchUpServer(environment, settings, writer, store);
        this.checksums =
                new ChecksumExchange(
                        environment,
                        settings,
                        identity.replica(),
                        application::checksum,
                        core::membership,
                        what -> quarantine("its state differs from the others': " + what));
        this.view = new ReplicaView(environment, identity.replica(), core, applier, writer);
        this.slowDisk = new SlowDisk(environment, view);
        SnapshotInstall install =
                new SnapshotInstall(
                        environment,
                        applier,
                        store,
                        keeper,
                        writer,
                        view,
                        this::step,
                        this::covered);
        this.fetch = new SnapshotFetch(environment, application, store, settings, install, install);
        this.members =
                new MemberKeeper(
                        environment,
                        identity.replica(),
                        view,
                        this::step,
                        new Admission(environment, peers, settings.paxos().lease()));
        this.stray = new Stray(environment, core, settings.paxos().lease());
        this.persistedAt = now;
        this.status = view.status(logBegins, keeper.newestInstance(), members);
    }

    @Override
    public void start() {
        environment
                .network()
                .start(
                        identity.replica(),
                        identity.store(),
                        new Incoming(environment, this::receive));
        tick();
    }

    @Override
    public ReplicaStatus status() {
        return status;
    }

    void change(MemberChange change, CompletableFuture<Membership> future) {
        if (stopped) {
            future.completeExceptionally(new NotMasterException(Optional.empty()));
        } else {
            members.want(change, future);
        }
    }

    void transfer(Optional<Integer> to, String why, CompletableFuture<@Nullable Void> future) {
        if (stopped) {
            future.completeExceptionally(new NotMasterException(Optional.empty()));
        } else {
            members.transfer(to, why, future);
        }
    }

    void submit(Bytes command, CompletableFuture<R> future) {
        if (stopped) {
            memory.settled(command.length());
            future.completeExceptionally(view.refusal());
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

    @Override
    public void close(Runnable closed) {
        if (stopped) {
            return;
        }
        stopped = true;
        if (tick != null) {
            tick.cancel();
        }
        applier.lostCoordinator();
        members.close();
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
        slowDisk.judge(now, writer.delay(now))
                .ifPresent(why -> step(new Input.TransferTo(Optional.empty(), why)));
        peers.tick(now);
        peers.keepTo(core.membership());
        members.tick(now);
        stray.tick(now);
        submissions.tick(view.followsWithoutNews(now), view.isRemoved());
        if (now - persistedAt > IDLE) {
            writer.prove();
        }
        status = view.status(logBegins, keeper.newestInstance(), members);
    }

    private void step(Input input) {
        if (stopped) {
            return;
        }
        try {
            List<Effect> effects = core.step(environment.nanoTime(), input);
            view.see(effects);
            applier.leaseUntil(core.leaseUntil());
            tellWhoIsMaster();
            for (Effect effect : effects) {
                perform(effect);
            }
            Check.that(applier.applied() <= core.chosenUpTo(), "only what is chosen is applied");
            Check.that(
                    logBegins <= applier.applied(), "the log begins at or below what is applied");
            tellWhoIsMaster();
        } catch (InvariantViolation e) {
            fatal("stopped because going on could be unsafe: " + e.getMessage(), e);
            return;
        } catch (LaterFormatException e) {
            fatal(e.getMessage() + ". Nothing is lost: " + LaterFormatException.ADVICE, e);
            return;
        }
        if (membersLearned) {
            membersLearned = false;
            members.changed();
        }
    }

    /// Not with the next tick only: clients are sent where the status says.
    private void tellWhoIsMaster() {
        if (!view.isAsIn(status)) {
            status = view.status(logBegins, keeper.newestInstance(), members);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(ReplicaId to, Message message) -> send(List.of(to), message);
            case Effect.Broadcast(List<ReplicaId> to, Message message) -> {
                if (message instanceof Message.Accept accept) {
                    peers.proposing(accept);
                }
                send(to, message);
            }
            case Effect.Persist persist -> {
                persistedAt = environment.nanoTime();
                writer.persist(persist);
            }
            case Effect.Learn learn -> learn(learn.instance(), learn.value());
            case Effect.Proposed proposed -> {
                if (!members.isOurs(proposed.tickets().getFirst())) {
                    submissions.proposed(proposed.instance(), proposed.tickets(), applier.origin());
                }
            }
            case Effect.Refused refused -> refused(refused);
            case Effect.TransferFailed(String why) -> {
                environment.reporter().info("still coordinator: " + why);
                members.transferFailed(why);
            }
            case Effect.ServeCatchUp wanted ->
                    server.values(wanted, logBegins, keeper.newestInstance());
            case Effect.FetchSnapshot wanted -> fetch.begin(wanted.from());
            case Effect.BecameCoordinator became -> {
                applier.becameCoordinator(became.sequence());
                environment.reporter().info("coordinator with number " + became.sequence());
            }
            case Effect.LostCoordinator lost -> {
                applier.lostCoordinator();
                members.masterLost(view.master());
                environment.reporter().info("no longer coordinator: " + lost.why());
            }
        }
    }

    private void learn(long instance, Value value) {
        applier.learn(instance, value);
        membersLearned |= value instanceof Value.MembershipChange;
        checksums.applied(instance);
        if (keeper.isDueAfter(instance, ValueCodec.sizeOf(value)) && !fetch.isRunning()) {
            keeper.take(applier.handle());
        }
    }

    private void refused(Effect.Refused refused) {
        if (members.isOurs(refused.tickets().getFirst())) {
            members.refused();
        } else {
            submissions.refused(refused, view.refusal());
        }
    }

    private void send(Collection<ReplicaId> to, Message message) {
        peers.says(message);
        environment.network().send(to, FrameCodec.encode(new Frame.Paxos(message)));
        slowDisk.sent(to, message);
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

    private void receive(ReplicaId from, Frame frame) {
        if (stopped) {
            return;
        }
        peers.heard(from);
        if (!memory.hasRoomFor(frame, core)) {
            return;
        }
        switch (frame) {
            case Frame.Paxos(Message message) -> {
                peers.witness(from, message);
                slowDisk.received(from, message);
                step(new Input.Received(from, message));
            }
            case Frame.SnapshotRequest request -> server.piece(from, request);
            case Frame.SnapshotPiece piece -> fetch.received(from, piece);
            case Frame.SnapshotGone gone -> fetch.gone(from, gone.instance());
            case Frame.ChecksumReport report -> checksums.received(from, report);
            case Frame.Announce(PeerEntry started) -> peers.announced(from, started);
            case Frame.Gossip gossip -> peers.gossiped(gossip.entries());
            case Frame.Attest attest -> judge(from, attest);
            case Frame.Remembered remembered -> judge(from, remembered);
            case Frame.Apply apply -> members.asked(from, apply);
            case Frame.Note(Bytes contents) -> peers.noted(from, contents);
            case Frame.Wait _, Frame.Admitted _ -> {}
        }
    }

    /// This replica must not go on from what it has: the next start rejoins.
    private void quarantine(String what) {
        stop();
        environment.background().execute(() -> Quarantine.begin(environment, what));
    }

    /// Somebody remembers more of this replica's disk than the disk does.
    private void judge(ReplicaId from, Frame answer) {
        peers.objection(from, answer).ifPresent(this::quarantine);
    }

    /// The log begins later, because a snapshot was installed. False where this replica stopped.
    private boolean covered(long begins) {
        logBegins = Math.max(logBegins, begins);
        return !stopped;
    }

    private void truncated(long begins) {
        if (begins > logBegins) {
            logBegins = begins;
            step(new Input.Truncated(begins));
        }
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
