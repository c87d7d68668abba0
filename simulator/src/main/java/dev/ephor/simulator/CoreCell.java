package dev.ephor.simulator;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The profile `core`: a cell of bare cores on disks of records, with commands submitted anywhere.
final class CoreCell implements Profile {
    /// More commands than this are never waiting: a backlog proves nothing and takes long.
    private static final int MOST_OPEN = 200;

    /// Once the faults have ended, the load is light: who is behind must be able to catch up.
    private static final long LIGHT_LOAD = 20 * World.MILLI;

    final World world;
    final Membership membership;
    final Settings settings;
    final Climate climate;
    final Atlas atlas;
    final Links links;
    final CoreChecker checker;
    final CoreMarks marks;
    final int snapshotEvery;
    private final Rng rng;
    private final List<CoreNode> nodes = new ArrayList<>();
    private final String[] arrows;
    private final Nemesis nemesis;
    private final CoreChurn.Plan churn;
    private final CoreChurn changes;
    private final Schedule work;
    private final Schedule orders;
    private final long submitEvery;
    private final int burst;
    private final int commandBytes;
    private final long stepDownEvery;
    private final boolean knowsCoordinator;
    private long ticketsBeforeCalm;

    /// What must be applied everywhere in the end.
    private long wanted;

    private long nextLight;

    CoreCell(World world) {
        this.world = world;
        this.rng = world.rng.stream("core");
        int replicas = rng.pick(List.of(1, 3, 3, 3, 5, 5));
        settings = Draw.settings(rng, true);
        climate = Climate.draw(rng, replicas, settings.lease(), 1.0 / settings.driftDivisor());
        snapshotEvery = rng.chance(0.8) ? (int) rng.magnitude(5, 500) : Integer.MAX_VALUE;
        submitEvery = rng.magnitude(2 * World.MILLI, 300 * World.MILLI);
        burst = (int) rng.magnitude(1, 20);
        commandBytes = (int) rng.magnitude(8, 300);
        stepDownEvery =
                rng.chance(0.4) ? rng.magnitude(settings.lease(), 20 * settings.lease()) : 0;
        knowsCoordinator = rng.chance(0.7);
        churn = CoreChurn.Plan.draw(world.rng.stream("churn"), settings.lease());
        int machines = replicas + churn.spares();
        atlas = new Atlas(world, climate.clocks().hold());
        links = new Links(world, climate, machines);
        work = new Schedule(world, "work");
        orders = new Schedule(world, "orders");
        marks = new CoreMarks(world.marks, machines);
        List<ReplicaId> ids = new ArrayList<>();
        arrows = new String[machines];
        for (int i = 0; i < replicas; i++) {
            ids.add(ReplicaId.of(i + 1));
        }
        for (int i = 0; i < machines; i++) {
            arrows[i] = "< r" + (i + 1);
        }
        membership = Membership.of(ids);
        checker = new CoreChecker(this, membership);
        for (int i = 0; i < machines; i++) {
            LocalClock clock = Nemesis.drawClock(world, rng, climate, "r" + (i + 1));
            nodes.add(new CoreNode(this, i, clock));
        }
        nemesis = new Nemesis(world, climate, atlas, links, nodes, machines);
        changes = new CoreChurn(this, churn);
        world.note(
                "",
                "cell",
                replicas + " replicas, " + settings + ", snapshot every " + snapshotEvery);
        world.note("", "climate", climate);
    }

    List<CoreNode> nodes() {
        return nodes;
    }

    CoreNode node(ReplicaId id) {
        return nodes.get(id.number() - 1);
    }

    /// A replica is coordinator now, and perhaps not for long.
    void won(CoreNode node) {
        double crash = climate.processes().crashAtWin();
        long moment = rng.between(0L, climate.disks().flushLatency() / 2);
        Process life = node.life();
        if (isCalm() || life == null || !rng.chance(crash)) {
            return;
        }
        if (rng.chance(0.3)) {
            long soon = rng.magnitude(World.MILLI, settings.lease() / 2);
            if (world.choices.make(world, "step down after a win", node.name)) {
                world.after(soon, life, node::stepDown);
            }
        } else if (world.choices.make(world, "crash at a win", node.name)) {
            world.marks.reach("crash in the first moments as coordinator");
            world.after(moment, life, node::crash);
            world.after(moment + rng.magnitude(World.MILLI, settings.lease()), null, node::start);
        }
    }

    /// These are the members from now on: the old ones have chosen it, and nobody knows that yet.
    void changed(Membership next) {
        changes.chosen(next);
        if (!isCalm()) {
            nemesis.atChange();
        }
    }

    /// Faults and orders have ended.
    boolean isCalm() {
        return orders.isOver();
    }

    String arrow(CoreNode from) {
        return arrows[from.index];
    }

    boolean flushFails(CoreNode node) {
        return !orders.isOver()
                && rng.chance(climate.disks().flushError())
                && world.choices.make(world, "failing flush", node.name);
    }

    void send(CoreNode from, ReplicaId to, Message message) {
        checker.sent(from, message);
        CoreNode receiver = node(to);
        if (!receiver.id().equals(to) || links.loses(from.index, receiver.index)) {
            return;
        }
        deliver(from, receiver, message, links.arrival(from.index, receiver.index));
        if (links.doubles(from.index, receiver.index)) {
            deliver(from, receiver, message, links.arrival(from.index, receiver.index));
        }
        long echo = links.echo(from.index, receiver.index);
        if (echo > 0) {
            world.marks.reach("a message arrives again much later");
            deliver(from, receiver, message, world.now() + echo);
        }
    }

    private void deliver(CoreNode from, CoreNode to, Message message, long arrival) {
        ReplicaId sender = from.id();
        ReplicaId receiver = to.id();
        world.at(
                arrival,
                null,
                () -> {
                    Process life = to.life();
                    if (life != null && to.id().equals(receiver)) {
                        life.reach(() -> to.receive(from, sender, message));
                    }
                });
    }

    boolean coordinates(CoreNode node) {
        Replica replica = node.replica();
        return replica != null && replica.isCoordinator();
    }

    /// As the log would decide it: coordinator, its own epoch applied, lease valid by its own
    /// clock.
    boolean servesReads(CoreNode node) {
        Replica replica = node.replica();
        return replica != null
                && replica.isCoordinator()
                && node.hasOwnEpoch()
                && replica.leaseUntil() > node.clock.at(world.now());
    }

    @Override
    public void safety(long duration) {
        nodes.forEach(Machine::start);
        nemesis.begin();
        work.every("submit", submitEvery, this::submit);
        orders.every("step down", stepDownEvery, this::stepDown);
        changes.begin();
        world.runUntil(world.now() + duration);
    }

    private void submit(Rng own) {
        if (orders.isOver()) {
            if (world.now() < nextLight) {
                return;
            }
            nextLight = world.now() + LIGHT_LOAD;
        }
        CoreNode submitter = own.pick(nodes);
        for (CoreNode node : nodes) {
            if (knowsCoordinator && coordinates(node)) {
                submitter = node;
            }
        }
        Process life = submitter.life();
        if (life == null
                || submitter.replica() == null
                || checker.tickets().openAt(submitter) > MOST_OPEN) {
            return;
        }
        if (!orders.isOver() && !world.choices.make(world, "submit", submitter.name)) {
            return;
        }
        List<CoreNode.Order> commands = new ArrayList<>();
        int count = orders.isOver() ? 1 : own.between(1, burst);
        for (int i = 0; i < count; i++) {
            long ticket = checker.tickets().issue(submitter);
            commands.add(new CoreNode.Order(ticket, own.between(8, commandBytes)));
        }
        CoreNode target = submitter;
        life.reach(() -> target.submit(commands));
    }

    private void stepDown(Rng own) {
        CoreNode node = own.pick(nodes);
        if (coordinates(node)
                && !node.isPaused()
                && world.choices.make(world, "step down", node.name)) {
            node.stepDown();
        }
    }

    /// The faults end, for all or for some majority. From then on there must soon be one master
    /// with a lease, every command gets its answer, and all who are healed know the same.
    @Override
    public void liveness() {
        orders.end();
        if (world.calmer > 1) {
            work.end();
            Schedule.busy(world, "work again").every("submit", submitEvery, this::submit);
        }
        ticketsBeforeCalm = checker.tickets().issued();
        changes.calm();
        List<Integer> healed = changes.healed(rng);
        List<Integer> reached = nemesis.end(healed);
        Deadline deadline = new Deadline(world, settings, climate);
        long chosenBefore = checker.chosenUpTo();
        deadline.await("a master", Deadline.MASTER, 0, () -> noMaster(reached));
        deadline.await("all", Deadline.ALL, 0, () -> unsettled(healed, reached, chosenBefore));
    }

    private @Nullable String noMaster(List<Integer> reached) {
        return reached.stream().anyMatch(index -> servesReads(nodes.get(index)))
                ? null
                : "no master";
    }

    private @Nullable String unsettled(
            List<Integer> healed, List<Integer> reached, long chosenBefore) {
        String noMaster = noMaster(reached);
        if (noMaster != null) {
            return noMaster;
        }
        if (checker.chosenUpTo() <= chosenBefore) {
            return "nothing new chosen";
        }
        // The rest of the load goes on meanwhile: what was chosen by the time that there was a
        // master again must be applied everywhere.
        wanted = wanted == 0 ? checker.chosenUpTo() : wanted;
        for (int index : healed) {
            if (checker.members().isMember(nodes.get(index).id())
                    && nodes.get(index).applied() < wanted) {
                return nodes.get(index).name
                        + " has applied "
                        + nodes.get(index).applied()
                        + " of "
                        + wanted;
            }
        }
        String waiting = checker.tickets().unanswered(ticketsBeforeCalm, healed);
        return waiting == null ? changes.unfinished(healed) : waiting;
    }
}
