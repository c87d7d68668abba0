package dev.ephor.simulator;

import java.util.Arrays;

/// The state of the wires: which are cut, and how long a message is under way. Every pair of nodes
/// has two, one for each direction.
final class Links {
    private final World world;
    private final Climate climate;
    private final Rng rng;
    private final int nodes;
    private final int[] cuts;
    private final long[] lastArrival;
    private boolean calm;

    Links(World world, Climate climate, int nodes) {
        this.world = world;
        this.climate = climate;
        this.rng = world.rng.stream("links");
        this.nodes = nodes;
        this.cuts = new int[nodes * nodes];
        this.lastArrival = new long[nodes * nodes];
    }

    /// Cuts one direction; cuts add up, each needs its own [#mend].
    void cut(int from, int to) {
        cuts[from * nodes + to]++;
    }

    void mend(int from, int to) {
        int wire = from * nodes + to;
        cuts[wire] = Math.max(0, cuts[wire] - 1);
    }

    boolean isCut(int from, int to) {
        return cuts[from * nodes + to] > 0;
    }

    /// From now on nothing is cut, lost, doubled, late or overtaken.
    void calm() {
        calm = true;
        Arrays.fill(cuts, 0);
    }

    /// True where a message sent now does not arrive.
    boolean loses(int from, int to) {
        return isCut(from, to) || (!calm && rng.chance(climate.drop()));
    }

    boolean doubles() {
        return !calm && rng.chance(climate.duplicate());
    }

    /// When a message sent now arrives.
    long arrival(int from, int to) {
        long latency = climate.latency();
        long arrival = world.now() + latency / 2 + rng.between(0L, latency);
        if (!calm && rng.chance(climate.spike())) {
            arrival += rng.between(0L, climate.spikeLatency());
        }
        return climate.ordered() || calm ? ordered(from, to, arrival) : arrival;
    }

    /// When a message sent now arrives on a connection, which keeps the order of what is sent on
    /// it.
    long ordered(int from, int to, long arrival) {
        int wire = from * nodes + to;
        lastArrival[wire] = Math.max(lastArrival[wire] + 1, arrival);
        return lastArrival[wire];
    }
}
