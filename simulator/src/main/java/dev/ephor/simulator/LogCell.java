package dev.ephor.simulator;

import dev.ephor.log.FrameText;
import dev.ephor.log.LogSettings;
import dev.ephor.log.Mastership;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The profile `log`: replicas of the whole log, commands submitted at the master and elsewhere,
/// reads under the lease.
final class LogCell implements Profile {
    private static final long READ_EVERY = 20 * World.MILLI;

    /// To read what is on a disk takes time, too.
    private static final long READING = 5 * World.SECOND;

    /// Who fetches a snapshot from a replica that vanished gives up after this long, a few times.
    private static final long FETCHING = 30 * World.SECOND;

    final World world;
    final Membership membership;
    final LogSettings settings;
    final Climate climate;
    final Atlas atlas;
    final Links links;
    final SimNetwork network;
    final LogChecker checker;
    final LogBook book;
    final int snapshotPadding;
    private final Rng rng;
    private final List<LogNode> nodes = new ArrayList<>();
    private final Nemesis nemesis;
    private final MemberBook members;
    private final MemberChurn churn;
    private final Schedule orders;
    private final long submitEvery;
    private final int commandBytes;
    private final int mostOpen;

    /// More is submitted than fits the queue; such a master cannot speculate on what is refused.
    private final boolean overloads;

    private final long stepDownEvery;
    private Schedule work;
    private long ticketsBeforeCalm;
    private long wanted;

    LogCell(World world) {
        this.world = world;
        this.rng = world.rng.stream("log");
        int replicas = rng.pick(List.of(1, 3, 3, 3, 5, 5));
        settings = Draw.logSettings(rng, true);
        climate =
                Climate.draw(
                        rng,
                        replicas,
                        settings.paxos().lease(),
                        1.0 / settings.paxos().driftDivisor());
        submitEvery = rng.magnitude(World.MILLI, 200 * World.MILLI);
        int small = (int) rng.magnitude(28, 500);
        commandBytes = storesZeros(rng.stream("zeros")) ? 3 * LogCommand.HAS_SECTOR : small;
        overloads = rng.chance(0.2);
        mostOpen =
                overloads ? 200 : Math.clamp(settings.paxos().queueBytes() / commandBytes, 1, 64);
        stepDownEvery = rng.chance(0.3) ? rng.magnitude(World.SECOND, 20 * World.SECOND) : 0;
        snapshotPadding = (int) rng.magnitude(1, 20_000);
        atlas = new Atlas(world, climate.clocks().hold());
        MemberChurn.Plan plan = MemberChurn.Plan.draw(world.rng.stream("members"), replicas);
        int machines = replicas + plan.spares();
        links = new Links(world, climate, machines);
        work = new Schedule(world, "work");
        orders = new Schedule(world, "orders");
        FrameTap tap = new FrameTap(world);
        network = new SimNetwork(world, links, machines, tap::arrived);
        checker = new LogChecker(this);
        book = new LogBook(world, machines);
        List<ReplicaId> ids = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            ids.add(ReplicaId.of(i + 1));
        }
        membership = Membership.of(ids);
        DiskMachine.Setting setting =
                new DiskMachine.Setting(world, "simulated", climate, atlas, membership, network);
        for (int i = 0; i < machines; i++) {
            LocalClock clock = Nemesis.drawClock(world, rng, climate, "r" + (i + 1));
            nodes.add(new LogNode(this, setting, i, clock));
        }
        members = new MemberBook(world, membership, nodes, machines);
        atlas.watch(nodes, members);
        churn = new MemberChurn(world, members, nodes, atlas, plan);
        nemesis = new Nemesis(world, climate, atlas, links, nodes, machines);
        world.note("", "cell", replicas + " replicas, " + settings + ", " + plan);
        world.note("", "climate", climate);
    }

    /// Whether some commands are zeros for a sector and more. In the first format damage to such a
    /// batch, where it is the last one, looks torn: a known weakness, which only the others' memory
    /// makes up for (docs/FORMATS.md).
    private boolean storesZeros(Rng own) {
        Climate.Disks disks = climate.disks();
        boolean decays = disks.rotEvery() > 0 || disks.misdirected() > 0 || disks.lostWrite() > 0;
        boolean exact = climate.releases().plan() == Releases.Plan.SECOND;
        boolean fits = settings.paxos().queueBytes() > 8 * LogCommand.HAS_SECTOR;
        return own.chance(0.5) && fits && (exact || !decays);
    }

    List<LogNode> nodes() {
        return nodes;
    }

    @Override
    public void safety(long duration) {
        nodes.forEach(Machine::start);
        nemesis.begin();
        churn.begin();
        work.every("submit", submitEvery, this::submit);
        orders.every("step down", stepDownEvery, this::stepDown);
        read();
        world.runUntil(world.now() + duration);
    }

    private @Nullable LogNode master() {
        LogNode master = null;
        for (LogNode node : nodes) {
            if (node.application() != null && node.application().mastership() != null) {
                master = node;
            }
        }
        return master;
    }

    /// The command is made where the log's callbacks run, as it is in the lock service.
    private void submit(Rng own) {
        LogNode master = master();
        LogNode node = master == null || own.chance(0.02) ? own.pick(nodes) : master;
        CheckingApplication application = node.application();
        int size = own.between(28, commandBytes);
        if (application != null
                && (orders.isOver() || world.choices.make(world, "submit", node.name))) {
            node.onLoop(() -> {
                if (book.open(node.index) < mostOpen) {
                    LogCommand command = command(application, size);
                    if (command.isZeros()) {
                        world.marks.reach("a command of zeros");
                    }
                    node.submit(command);
                }
            });
        }
    }

    private LogCommand command(CheckingApplication application, int size) {
        long ticket = book.nextTicket();
        return overloads ? new LogCommand(ticket, 0, 0, size) : application.speculate(ticket, size);
    }

    private void read() {
        world.after(
                READ_EVERY,
                null,
                () -> {
                    checker.lease();
                    members.look();
                    for (LogNode node : nodes) {
                        node.read(() -> checker.read(node));
                    }
                    read();
                });
    }

    private void stepDown(Rng own) {
        LogNode master = master();
        if (master != null
                && !master.isPaused()
                && world.choices.make(world, "step down", master.name)) {
            master.stepDown();
        }
    }

    @Override
    public void liveness() {
        orders.end();
        if (world.calmer > 1) {
            work.end();
            work = Schedule.busy(world, "work again");
            work.every("submit", submitEvery, this::submit);
        }
        ticketsBeforeCalm = book.nextTicket() - 1;
        churn.calm();
        List<Integer> healed = members.healed(rng);
        List<Integer> reached = nemesis.end(healed);
        Deadline deadline = new Deadline(world, settings.paxos(), climate);
        long before = checker.appliedUpTo();
        deadline.await("a master", Deadline.MASTER, READING, () -> noMaster(reached));
        deadline.await(
                "all",
                Deadline.ALL,
                FETCHING + catchingUp(),
                () -> unsettled(healed, reached, before));
        // Where more is written than a learner can fetch it never votes.
        work.end();
        new Deadline(world, settings.paxos(), climate)
                .await(
                        "members",
                        Deadline.ALL,
                        FETCHING + catchingUp(),
                        () -> members.unfinished(healed));
    }

    /// How long it takes at most to fetch all that there is, answer by answer.
    private long catchingUp() {
        long answers = checker.appliedUpTo() * commandBytes / settings.catchUpBytes() + 1;
        return answers * 4 * (climate.wires().latency() + climate.disks().flushLatency());
    }

    private @Nullable String noMaster(List<Integer> reached) {
        return reached.stream().anyMatch(index -> isMaster(nodes.get(index))) ? null : "no master";
    }

    private @Nullable String unsettled(List<Integer> healed, List<Integer> reached, long before) {
        String noMaster = noMaster(reached);
        if (noMaster != null) {
            return noMaster;
        }
        if (checker.appliedUpTo() <= before) {
            return "nothing new applied";
        }
        // The load goes on meanwhile: what was applied anywhere by the time that there is a master
        // again must be applied everywhere.
        if (wanted == 0) {
            wanted = checker.appliedUpTo();
            if (catchingUp() > FETCHING) {
                // Where an answer holds a single value, much is written while it is fetched.
                work.end();
            }
        }
        for (int index : healed) {
            if (!members.isMember(nodes.get(index))) {
                continue;
            }
            CheckingApplication application = nodes.get(index).application();
            long applied = application == null ? 0 : application.state().instance();
            if (applied
                    < Math.min(wanted, checker.appliedUpTo() - 2L * settings.paxos().window())) {
                return nodes.get(index).name
                        + " has applied "
                        + applied
                        + " of "
                        + checker.appliedUpTo();
            }
        }
        Long ticket = book.unanswered(ticketsBeforeCalm, healed);
        return ticket == null ? null : "no answer to command " + ticket;
    }

    private boolean isMaster(LogNode node) {
        CheckingApplication application = node.application();
        Mastership mastership = application == null ? null : application.mastership();
        return mastership != null && mastership.leaseUntil() > node.clock.at(world.now());
    }

    /// A frame in the trace: read only if the trace is.
    private record Text(Bytes frame) {
        @Override
        public String toString() {
            return FrameText.of(frame);
        }
    }

    /// Sees what replicas say to each other.
    private static final class FrameTap {
        private final World world;

        FrameTap(World world) {
            this.world = world;
        }

        void arrived(int from, int to, Bytes frame) {
            world.note("r" + (to + 1), "< r" + (from + 1), new Text(frame));
        }
    }
}
