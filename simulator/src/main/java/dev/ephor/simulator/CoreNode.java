package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One replica of the profile `core`: the pure state machine, driven directly, with a disk of
/// records. It is the shortest program that keeps the promises which the core's effects ask for.
final class CoreNode extends Machine {
    private final CoreCell cell;

    /// Who it is; nobody, where its disk is new and it was not admitted yet.
    private @Nullable ReplicaId id;

    RecordStore store;
    private final Rng rng;
    private double slow = 1;
    private int flushesLeft;
    private @Nullable Runnable atFlush;

    // What dies with the process:
    private @Nullable Replica replica;
    private CoreDatabase database;
    private long applied;
    private long digest;
    private final ArrayDeque<Effect.Persist> unflushed = new ArrayDeque<>();
    private boolean flushing;
    private SequenceNumber reign = SequenceNumber.NONE;
    private Epoch epoch = Epoch.NONE;
    private Membership members = Membership.NOBODY;

    CoreNode(CoreCell cell, int index, LocalClock clock) {
        super(cell.world, index, "r" + (index + 1), clock);
        this.cell = cell;
        ReplicaId first = ReplicaId.of(index + 1);
        this.id = cell.membership.isMember(first) ? first : null;
        this.store = new RecordStore(cell.membership);
        this.database = new CoreDatabase(cell, this, store.base());
        this.rng = cell.world.rng.stream("node", index);
    }

    @Nullable Replica replica() {
        return replica;
    }

    /// Who it is, for messages and books.
    ReplicaId id() {
        ReplicaId known = id;
        return known == null ? new ReplicaId(index + 1, 0) : known;
    }

    /// True where it has a disk that nobody knows.
    boolean isApplicant() {
        return id == null;
    }

    /// The disk is lost, with all that was promised on it: what starts with the new one is somebody
    /// else.
    void loseDisk() {
        crash();
        id = null;
        start();
    }

    /// Now it is a member, under an identity that nobody had before, and knows nothing.
    void admit(ReplicaId as) {
        crash();
        id = as;
        store = new RecordStore(Membership.NOBODY);
        start();
    }

    /// The members as far as it has learned.
    Membership members() {
        return members;
    }

    /// True where the epoch is that of its own present reign.
    boolean hasOwnEpoch() {
        return !reign.isNone() && epoch.owner().equals(reign);
    }

    /// True where it is master: coordinator, in the epoch of its own present reign.
    boolean reigns() {
        return cell.coordinates(this) && hasOwnEpoch();
    }

    /// The number under which its present or last reign began.
    SequenceNumber reign() {
        return reign;
    }

    long applied() {
        return applied;
    }

    @Override
    boolean leads() {
        return cell.coordinates(this);
    }

    @Override
    void boot(Process born) {
        ReplicaId self = id;
        if (self == null) {
            return;
        }
        var recovered = store.recover();
        members = store.base().membership();
        applied = store.base().instance();
        digest = store.base().digest();
        epoch = store.base().epoch();
        database = new CoreDatabase(cell, this, store.base());
        if (!recovered.firstStart()) {
            world.marks.reach("restart from disk");
        }
        Replica fresh =
                guarded(() ->
                        Replica.start(
                                self,
                                cell.settings,
                                recovered,
                                born.nanoTime(),
                                rng.stream("replica", rng.nextInt())));
        replica = fresh;
        tick();
    }

    @Override
    void died() {
        store.crash(rng, record -> cell.checker.durable(this, record));
        unflushed.clear();
        flushing = false;
        atFlush = null;
        replica = null;
        reign = SequenceNumber.NONE;
        cell.checker.died(this);
    }

    @Override
    void slowDisk(double factor) {
        slow = factor;
    }

    /// Just before a flush would have been done: what hangs on it is lost at the last moment.
    @Override
    boolean atOperation(int operations, Runnable crash) {
        flushesLeft = operations;
        atFlush = crash;
        return true;
    }

    private boolean crashesHere() {
        Runnable crash = atFlush;
        if (crash == null || isCalm() || flushesLeft-- > 0) {
            return false;
        }
        atFlush = null;
        world.marks.reach("crash just before a flush was done");
        crash.run();
        return true;
    }

    private void tick() {
        step(new Input.Tick());
        Process life = life();
        if (life != null) {
            world.after(clock.trueDuration(cell.settings.tick()), life, this::tick);
        }
    }

    /// A command that somebody submits.
    ///
    /// @param size of its bytes, unless it is an operation of the database
    record Order(long ticket, int size) {}

    void submit(List<Order> orders) {
        List<Input.Command> commands = new ArrayList<>();
        for (Order order : orders) {
            Bytes bytes =
                    database.isMaster()
                            ? CoreCommand.of(order.ticket(), database.speculate(order.ticket()))
                            : CoreCommand.of(order.ticket(), order.size());
            commands.add(new Input.Command(order.ticket(), bytes));
        }
        step(new Input.Submit(commands));
    }

    void stepDown() {
        step(new Input.StepDown("asked to"));
    }

    void transfer(Optional<ReplicaId> target) {
        step(new Input.TransferTo(target, "asked to"));
    }

    void change(long ticket, long basedOn, Membership next) {
        step(new Input.ChangeMembership(ticket, basedOn, next));
    }

    void receive(CoreNode from, ReplicaId sender, Message message) {
        world.trace.mix(message.hashCode());
        world.note(name, cell.arrow(from), message);
        cell.marks.received(this, sender, message);
        cell.checker.received(this, message);
        step(new Input.Received(sender, message));
    }

    /// The one place where inputs become effects, as in the real log.
    private void step(Input input) {
        Process life = life();
        Replica core = replica;
        if (life == null || core == null) {
            return;
        }
        long now = life.nanoTime();
        List<Effect> effects = guarded(() -> core.step(now, input));
        for (Effect effect : effects) {
            perform(effect);
        }
        cell.checker.stepped(this);
        if (core.roleName().equals("removed")) {
            cell.checker.removed(this);
        }
        maybeSnapshot();
    }

    private <T> T guarded(Supplier<T> program) {
        try {
            return program.get();
        } catch (InvariantViolation violation) {
            throw world.broken("invariant", name + ": " + violation.getMessage());
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(ReplicaId to, Message message) -> cell.send(this, to, message);
            case Effect.Broadcast(List<ReplicaId> to, Message message) -> {
                for (ReplicaId each : to) {
                    cell.send(this, each, message);
                }
            }
            case Effect.Persist persist -> persist(persist);
            case Effect.Learn(long instance, Value value) -> learn(instance, value);
            case Effect.Proposed proposed -> cell.checker.proposed(this, proposed);
            case Effect.Refused refused -> cell.checker.refused(this, refused);
            case Effect.TransferFailed failed -> world.note(name, "keeps mastership", failed);
            case Effect.ServeCatchUp serve ->
                    world.after(rng.between(0L, 2 * World.MILLI), life(), () -> serve(serve));
            case Effect.FetchSnapshot fetch ->
                    world.after(
                            rng.magnitude(World.MILLI, 500 * World.MILLI),
                            life(),
                            () -> fetch(fetch));
            case Effect.BecameCoordinator became -> {
                world.note(name, "won", became.sequence());
                reign = became.sequence();
                cell.checker.became(this, became.sequence());
                cell.won(this);
            }
            case Effect.LostCoordinator lost -> {
                world.note(name, "lost", lost);
                database.ends();
            }
        }
    }

    private void persist(Effect.Persist persist) {
        store.append(persist.records());
        persist.records().forEach(cell.checker::accepting);
        unflushed.add(persist);
        if (persist.flush() && !flushing) {
            flush();
        }
    }

    /// One flush at a time; what comes meanwhile shares the next.
    private void flush() {
        flushing = true;
        long end = store.end();
        int covered = unflushed.size();
        long latency = (long) (cell.climate.disks().flushLatency() * slow);
        if (slow > 1) {
            world.marks.reach("flush on a slow disk");
        }
        world.after(rng.between(latency / 2, latency * 3 / 2), life(), () -> flushed(end, covered));
    }

    private void flushed(long end, int covered) {
        if (crashesHere()) {
            return;
        }
        if (cell.flushFails(this)) {
            fail("flush failed");
            return;
        }
        store.flushed(end, record -> cell.checker.durable(this, record));
        List<Effect.Persist> done = new ArrayList<>(covered);
        for (int i = 0; i < covered; i++) {
            done.add(unflushed.remove());
        }
        flushing = false;
        if (unflushed.stream().anyMatch(Effect.Persist::flush)) {
            flush();
        }
        for (Effect.Persist persist : done) {
            for (Effect.Send send : persist.then()) {
                cell.send(this, send.to(), send.message());
            }
            step(new Input.Persisted(persist.ticket()));
        }
    }

    private void learn(long instance, Value value) {
        world.check(
                instance == applied + 1,
                "learned in order",
                () -> name + " learned " + instance + " after " + applied);
        applied = instance;
        digest = CoreChecker.extend(digest, instance, value);
        world.note(name, "learn", instance);
        epoch = epoch.after(instance, value);
        database.learn(instance, value, epoch, cell.coordinates(this) && hasOwnEpoch());
        members = members.after(instance, value);
        cell.checker.learned(this, instance, value, digest, epoch);
    }

    private void serve(Effect.ServeCatchUp request) {
        long base = store.base().instance();
        if (request.from() <= base) {
            world.marks.reach("snapshot offered");
            cell.send(
                    this, request.to(), new Message.SnapshotAvailable(base, request.chosenUpTo()));
            return;
        }
        long last = Math.min(request.chosenUpTo(), request.from() + 99);
        List<Value> values = store.values(request.from(), last);
        world.marks.reach("catch-up from disk");
        cell.send(
                this,
                request.to(),
                new Message.Chosen(request.from(), values, request.chosenUpTo()));
    }

    private void fetch(Effect.FetchSnapshot request) {
        CoreNode peer = cell.node(request.from());
        boolean reachable =
                peer.id().equals(request.from())
                        && peer.isUp()
                        && !peer.isPaused()
                        && !cell.links.loses(peer.index, index);
        RecordStore.Base offered = peer.store.base();
        if (!reachable || offered.instance() < request.instance()) {
            world.marks.reach("snapshot fetch failed");
            step(new Input.SnapshotFailed());
            return;
        }
        if (offered.instance() > applied) {
            world.note(name, "restore", offered);
            world.marks.reach("snapshot installed");
            store.compact(offered);
            applied = offered.instance();
            digest = offered.digest();
            epoch = offered.epoch();
            members = offered.membership();
            database.restore(offered);
            cell.checker.restored(this, applied, digest);
        }
        step(new Input.SnapshotInstalled(offered.instance(), offered.membership()));
    }

    private void maybeSnapshot() {
        if (applied - store.base().instance() >= cell.snapshotEvery && life() != null) {
            world.note(name, "snapshot", applied);
            store.compact(new RecordStore.Base(applied, members, epoch, digest, database.state()));
            step(new Input.Truncated(applied));
        }
    }
}
