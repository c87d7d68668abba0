package dev.ephor.simulator;

/// How bad the world is in one run: every seed draws its own, each kind of fault being there or not
/// there (a fault that is always there hides what happens without it). Intervals are means in
/// nanoseconds of true time, 0 for never; probabilities are per message or per call.
record Climate(
        Wires wires,
        Cuts cuts,
        Processes processes,
        Disks disks,
        Clocks clocks,
        Releases releases) {
    private static final long MILLI = World.MILLI;

    /// @param drop a message is lost
    /// @param duplicate a message arrives twice
    /// @param ordered messages between two nodes keep their order, as on one connection
    /// @param latency a message is typically under way this long
    /// @param spike a message is under way for up to `spikeLatency` instead
    /// @param echo a message arrives once more, up to `echoLatency` later, when its sender may be
    ///   in another reign (bare cores only: a connection does not do that)
    record Wires(
            double drop,
            double duplicate,
            boolean ordered,
            long latency,
            double spike,
            long spikeLatency,
            double echo,
            long echoLatency) {}

    /// @param every between cuts of links
    /// @param lasting how long a cut stays
    /// @param flapping the share of cuts that come and go all the time
    /// @param clogEvery between clogs: links on which everything waits, and then arrives at once
    /// @param clogLasting how long a clog stays
    /// @param partEvery between times in which a coordinator is parted from most other replicas,
    ///   and from some clients
    /// @param partLasting how long it is
    record Cuts(
            long every,
            long lasting,
            double flapping,
            long clogEvery,
            long clogLasting,
            long partEvery,
            long partLasting) {}

    /// @param crashEvery between crashes of replicas
    /// @param downFor how long a crashed replica stays down
    /// @param maxDown how many are down at a time at most, except in a crash of the whole cell
    /// @param wholeCrash a crash takes the whole cell
    /// @param crashAtWin a replica crashes, or steps down, in its first moments as coordinator
    /// @param atChange a coordinator crashes, or is parted from the others, when a change of
    ///   members has just been chosen
    /// @param stopEvery between orderly stops of replicas
    /// @param pauseEvery between pauses of processes
    /// @param pauseFor how long a pause is
    /// @param hiccup a task stands still in its middle for up to `pauseFor`
    record Processes(
            long crashEvery,
            long downFor,
            int maxDown,
            double wholeCrash,
            double crashAtWin,
            double atChange,
            long stopEvery,
            long pauseEvery,
            long pauseFor,
            double hiccup) {}

    /// @param flushLatency a flush of the disk typically takes this long
    /// @param slowEvery between times in which one disk is slow
    /// @param slowFor how long that lasts
    /// @param slowFactor how many times longer a flush takes then
    /// @param flushError a flush fails
    /// @param ioError a read or write fails
    /// @param fullEvery between times in which one disk is full
    /// @param fullFor how long that lasts
    /// @param rotEvery between bits that flip on some disk
    /// @param wipeEvery between losses of a whole disk
    /// @param lostWrite a write never reaches the disk, although it was flushed
    /// @param misdirected a write goes to another place
    record Disks(
            long flushLatency,
            long slowEvery,
            long slowFor,
            double slowFactor,
            double flushError,
            double ioError,
            long fullEvery,
            long fullFor,
            long rotEvery,
            long wipeEvery,
            double lostWrite,
            double misdirected) {}

    /// @param drift clocks go too fast or slow by up to this fraction
    /// @param driftEvery between changes of a clock's rate
    /// @param jumpEvery between jumps of a clock to later, which no bound allows
    /// @param hold whether all this stays within the bound
    record Clocks(double drift, long driftEvery, long jumpEvery, boolean hold) {}

    /// Draws a climate for a cell whose members differ in clock rate by less than `driftBound` (the
    /// fraction by which the master counts its lease shorter), and whose lease is `lease`.
    static Climate draw(Rng rng, int replicas, long lease, double driftBound) {
        boolean faults = rng.chance(0.95);
        return new Climate(
                wires(rng.stream("wires"), faults, lease),
                cuts(rng.stream("cuts"), faults, lease),
                processes(rng.stream("processes"), faults, replicas, lease),
                disks(rng.stream("disks"), faults, lease),
                clocks(rng.stream("clocks"), faults, lease, driftBound),
                Releases.draw(rng.stream("releases"), faults, lease));
    }

    /// The same machines and wires, of which nothing fails.
    Climate withoutFaults() {
        return new Climate(
                new Wires(0, 0, wires.ordered(), wires.latency(), 0, 0, 0, 0),
                new Cuts(0, cuts.lasting(), 0, 0, 0, 0, 0),
                new Processes(0, processes.downFor(), processes.maxDown(), 0, 0, 0, 0, 0, 0, 0),
                new Disks(disks.flushLatency(), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
                new Clocks(clocks.hold() ? clocks.drift() : 0, 0, 0, true),
                releases.withoutFaults());
    }

    private static Wires wires(Rng rng, boolean faults, long lease) {
        Rng echoes = rng.stream("echoes");
        return new Wires(
                on(rng, faults, 0.6) * rng.magnitude(1, 200) / 1000.0,
                on(rng, faults, 0.4) * rng.magnitude(1, 200) / 1000.0,
                rng.chance(0.7),
                rng.magnitude(MILLI / 20, Math.min(20 * MILLI, lease / 10)),
                on(rng, faults, 0.4) * rng.magnitude(1, 100) / 1000.0,
                rng.magnitude(20 * MILLI, 3 * lease),
                on(echoes, faults, 0.3) * echoes.magnitude(10, 300) / 1000.0,
                echoes.magnitude(lease / 2, 6 * lease));
    }

    private static Cuts cuts(Rng rng, boolean faults, long lease) {
        Rng parting = rng.stream("parting");
        return new Cuts(
                on(rng, faults, 0.6) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 6 * lease),
                rng.chance(0.5) ? 0.3 : 0,
                on(rng, faults, 0.3) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 8, 3 * lease),
                on(parting, faults, 0.35) * parting.magnitude(3 * lease, 20 * lease),
                parting.magnitude(lease, 5 * lease));
    }

    private static Processes processes(Rng rng, boolean faults, int replicas, long lease) {
        Rng changes = rng.stream("changes");
        return new Processes(
                on(rng, faults, 0.7) * rng.magnitude(lease / 2, 20 * lease),
                rng.magnitude(MILLI, 6 * lease),
                rng.chance(0.7) ? Math.max(1, (replicas - 1) / 2) : replicas,
                on(rng, faults, 0.3) * rng.magnitude(2, 300) / 1000.0,
                on(rng, faults, 0.2) * rng.magnitude(20, 500) / 1000.0,
                on(changes, faults, 0.4) * changes.magnitude(50, 700) / 1000.0,
                on(rng, faults, 0.3) * rng.magnitude(lease, 20 * lease),
                on(rng, faults, 0.5) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 4 * lease),
                on(rng, faults, 0.4) * rng.magnitude(1, 20) / 100_000.0);
    }

    private static Disks disks(Rng rng, boolean faults, long lease) {
        boolean decay = rng.chance(0.35) && faults;
        return new Disks(
                rng.magnitude(MILLI / 10, Math.min(10 * MILLI, lease / 20)),
                on(rng, faults, 0.4) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 6 * lease),
                rng.magnitude(5, 300),
                on(rng, faults, 0.2) * rng.magnitude(1, 30) / 10_000.0,
                on(rng, faults, 0.2) * rng.magnitude(1, 30) / 10_000.0,
                on(rng, faults, 0.2) * rng.magnitude(lease, 20 * lease),
                rng.magnitude(lease / 4, 6 * lease),
                on(rng, decay, 0.6) * rng.magnitude(lease, 20 * lease),
                on(rng, decay, 0.4) * rng.magnitude(2 * lease, 40 * lease),
                on(rng, decay, 0.4) * rng.magnitude(1, 50) / 10_000.0,
                on(rng, decay, 0.4) * rng.magnitude(1, 50) / 10_000.0);
    }

    private static Clocks clocks(Rng rng, boolean faults, long lease, double driftBound) {
        boolean beyond = rng.chance(0.06) && faults;
        // Two clocks, one slow and one fast, are apart by (1 + d) / (1 - d), which must stay below
        // 1 / (1 - bound).
        double safeDrift = driftBound / (2 - driftBound) * 0.999;
        double drift = on(rng, faults, 0.8) * safeDrift;
        long every = rng.chance(0.5) ? rng.magnitude(lease / 2, 10 * lease) : 0;
        double far = Math.min(0.7, safeDrift * rng.magnitude(2, 20));
        long jumpEvery = on(rng, beyond, 0.5) * rng.magnitude(lease, 20 * lease);
        return new Clocks(beyond ? far : drift, every, jumpEvery, !beyond);
    }

    private static long on(Rng rng, boolean faults, double probability) {
        return rng.chance(probability) && faults ? 1 : 0;
    }
}
