package dev.ephor.simulator;

/// How bad the world is in one run: every seed draws its own, each kind of fault being there or not
/// there (a fault that is always there hides what happens without it). Intervals are means in
/// nanoseconds of true time, 0 for never; probabilities are per message or per call.
///
/// @param drop a message is lost
/// @param duplicate a message arrives twice
/// @param ordered messages between two nodes keep their order, as on one connection
/// @param latency a message is typically under way this long
/// @param spike a message is under way for up to `spikeLatency` instead
/// @param partitionEvery between cuts of links
/// @param partitionFor how long a cut stays
/// @param crashEvery between crashes of replicas
/// @param downFor how long a crashed replica stays down
/// @param maxDown how many are down at a time at most, except in a crash of the whole cell
/// @param wholeCrash a crash takes the whole cell
/// @param pauseEvery between pauses of processes
/// @param pauseFor how long a pause is
/// @param hiccup a task stands still in its middle for up to `pauseFor`
/// @param flushLatency a flush of the disk typically takes this long
/// @param slowDiskEvery between times in which one disk is slow
/// @param slowDiskFor how long that lasts
/// @param slowFactor how many times longer a flush takes then
/// @param flushError a flush fails
/// @param drift clocks go too fast or slow by up to this fraction
/// @param driftEvery between changes of a clock's rate
record Climate(
        double drop,
        double duplicate,
        boolean ordered,
        long latency,
        double spike,
        long spikeLatency,
        long partitionEvery,
        long partitionFor,
        long crashEvery,
        long downFor,
        int maxDown,
        double wholeCrash,
        long pauseEvery,
        long pauseFor,
        double hiccup,
        long flushLatency,
        long slowDiskEvery,
        long slowDiskFor,
        double slowFactor,
        double flushError,
        double drift,
        long driftEvery) {
    private static final long MILLI = World.MILLI;

    /// Draws a climate for a cell whose members differ in clock rate by less than `driftBound` (the
    /// fraction by which the master counts its lease shorter), and whose lease is `lease`.
    static Climate draw(Rng rng, int replicas, long lease, double driftBound) {
        boolean faults = rng.chance(0.95);
        // Two clocks, one slow and one fast, are apart by (1 + d) / (1 - d), which must stay below
        // 1 / (1 - bound).
        double safeDrift = driftBound / (2 - driftBound) * 0.999;
        return new Climate(
                on(rng, faults, 0.6) * rng.magnitude(1, 200) / 1000.0,
                on(rng, faults, 0.4) * rng.magnitude(1, 200) / 1000.0,
                rng.chance(0.7),
                rng.magnitude(MILLI / 20, 20 * MILLI),
                on(rng, faults, 0.4) * rng.magnitude(1, 100) / 1000.0,
                rng.magnitude(20 * MILLI, 3 * lease),
                on(rng, faults, 0.6) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 6 * lease),
                on(rng, faults, 0.7) * rng.magnitude(lease / 2, 20 * lease),
                rng.magnitude(MILLI, 6 * lease),
                rng.chance(0.7) ? Math.max(1, (replicas - 1) / 2) : replicas,
                on(rng, faults, 0.3) * rng.magnitude(2, 300) / 1000.0,
                on(rng, faults, 0.5) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 4 * lease),
                on(rng, faults, 0.4) * rng.magnitude(1, 20) / 100_000.0,
                rng.magnitude(MILLI / 10, 10 * MILLI),
                on(rng, faults, 0.4) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 6 * lease),
                rng.magnitude(5, 300),
                on(rng, faults, 0.2) * rng.magnitude(1, 30) / 10_000.0,
                on(rng, faults, 0.8) * safeDrift,
                rng.chance(0.5) ? rng.magnitude(lease / 2, 10 * lease) : 0);
    }

    private static long on(Rng rng, boolean faults, double probability) {
        return rng.chance(probability) && faults ? 1 : 0;
    }
}
