package dev.ephor.simulator;

/// The state of the wires: which are cut or clogged, and how long a message is under way. Every
/// pair of nodes has two, one for each direction, each with random numbers of its own.
final class Links {
    private final World world;
    private final Climate.Wires climate;
    private final int nodes;
    private final Wire[] wires;
    private boolean calm;

    private static final class Wire {
        final Rng rng;
        final String drop;
        final String duplicate;
        final String spike;
        final String echo;
        int cuts;
        long cloggedUntil;
        long lastArrival;
        double loss;

        Wire(Rng rng, int from, int to) {
            this.rng = rng;
            String ends = " " + (from + 1) + ">" + (to + 1);
            this.drop = "drop" + ends;
            this.duplicate = "double" + ends;
            this.spike = "delay" + ends;
            this.echo = "echo" + ends;
        }
    }

    Links(World world, Climate climate, int nodes) {
        this.world = world;
        this.climate = climate.wires();
        this.nodes = nodes;
        this.wires = new Wire[nodes * nodes];
        Rng rng = world.rng.stream("links");
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                wires[from * nodes + to] = new Wire(new Rng(rng.nextLong()), from, to);
            }
        }
    }

    private Wire wire(int from, int to) {
        return wires[from * nodes + to];
    }

    /// Cuts one direction; cuts add up, each needs its own [#mend].
    void cut(int from, int to) {
        wire(from, to).cuts++;
    }

    void mend(int from, int to) {
        Wire wire = wire(from, to);
        wire.cuts = Math.max(0, wire.cuts - 1);
    }

    boolean isCut(int from, int to) {
        Wire wire = wire(from, to);
        return wire.cuts > 0 || wire.loss >= 1;
    }

    /// From now on, also when all else is calm, a message is lost with this probability.
    void wear(int from, int to, double loss) {
        wire(from, to).loss = loss;
    }

    /// Nothing arrives before this time; then all of it does.
    void clog(int from, int to, long until) {
        Wire wire = wire(from, to);
        wire.cloggedUntil = Math.max(wire.cloggedUntil, until);
    }

    /// Until when what is sent now is held up; in the past where it is not.
    long cloggedUntil(int from, int to) {
        return wire(from, to).cloggedUntil;
    }

    /// From now on nothing is cut, lost, doubled, late or overtaken.
    void calm() {
        calm = true;
        for (Wire wire : wires) {
            wire.cuts = 0;
            wire.cloggedUntil = 0;
            wire.lastArrival = 0;
        }
    }

    /// True where a message sent now does not arrive.
    boolean loses(int from, int to) {
        Wire wire = wire(from, to);
        if (wire.cuts > 0) {
            return true;
        }
        boolean lost =
                wire.rng.chance(wire.loss)
                        || (!calm
                                && wire.rng.chance(climate.drop())
                                && world.choices.make(world, wire.drop, ""));
        if (lost) {
            world.marks.reach("a message is lost");
        }
        return lost;
    }

    boolean doubles(int from, int to) {
        Wire wire = wire(from, to);
        boolean twice =
                !calm
                        && wire.rng.chance(climate.duplicate())
                        && world.choices.make(world, wire.duplicate, "");
        if (twice) {
            world.marks.reach("a message arrives twice");
        }
        return twice;
    }

    /// How much later a message sent now arrives a second time; 0 where it does not.
    long echo(int from, int to) {
        Wire wire = wire(from, to);
        if (calm || !wire.rng.chance(climate.echo())) {
            return 0;
        }
        long later = wire.rng.between(World.MILLI, climate.echoLatency());
        return world.choices.make(world, wire.echo, "") ? later : 0;
    }

    /// When a message sent now arrives.
    long arrival(int from, int to) {
        return arrival(wire(from, to), climate.ordered() || calm, 0);
    }

    /// When a message sent now on a connection arrives: never before what was sent on it earlier.
    ///
    /// @param transmission how long it takes because of its length
    long arrivalInOrder(int from, int to, long transmission) {
        return arrival(wire(from, to), true, transmission);
    }

    private long arrival(Wire wire, boolean inOrder, long transmission) {
        long latency = climate.latency();
        long arrival = world.now() + transmission + latency / 2 + wire.rng.between(0L, latency);
        if (!calm && wire.rng.chance(climate.spike())) {
            long spike = wire.rng.between(0L, climate.spikeLatency());
            arrival += world.choices.make(world, wire.spike, "") ? spike : 0;
        }
        if (wire.cloggedUntil > arrival) {
            world.marks.reach("a message is held up in a clog");
            arrival = wire.cloggedUntil + wire.rng.between(0L, latency);
        }
        return inOrder ? ordered(wire, arrival) : arrival;
    }

    /// On a connection what is sent keeps its order.
    private static long ordered(Wire wire, long arrival) {
        wire.lastArrival = Math.max(wire.lastArrival + 1, arrival);
        return wire.lastArrival;
    }
}
