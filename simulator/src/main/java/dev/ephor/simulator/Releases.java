package dev.ephor.simulator;

import java.util.List;

/// Which release of the log each replica runs, told by the format of the segments that it writes.
/// Every start may be that of another one.
///
/// @param plan how they follow each other
/// @param begin when the first replica changes
/// @param step the next one does so this much later
/// @param tooEarly an operator starts a replica with a release that reads the first format only,
///   although segments of the second are there; a probability per start
record Releases(Plan plan, long begin, long step, double tooEarly) {
    /// As long as every machine has its turn.
    private static final int TURNS = 8;

    enum Plan {
        /// Everybody writes the first format.
        FIRST,

        /// Everybody writes the second one.
        SECOND,

        /// Any of them at each start.
        MIXED,

        /// From the first to the second, one replica after the other.
        UPGRADE,

        /// And back again.
        BACK
    }

    static Releases draw(Rng rng, boolean faults, long lease) {
        return new Releases(
                rng.pick(
                        List.of(
                                Plan.FIRST,
                                Plan.SECOND,
                                Plan.SECOND,
                                Plan.SECOND,
                                Plan.MIXED,
                                Plan.MIXED,
                                Plan.UPGRADE,
                                Plan.BACK)),
                rng.magnitude(lease, 10 * lease),
                rng.magnitude(lease / 4, 5 * lease),
                rng.chance(0.4) && faults ? rng.magnitude(5, 500) / 1000.0 : 0);
    }

    /// No operator makes a mistake.
    Releases withoutFaults() {
        return new Releases(plan, begin, step, 0);
    }

    /// What the replica on this machine writes if it starts now.
    ///
    /// @param rng of this start
    int format(Rng rng, int machine, long now) {
        long changes = begin + machine * step;
        return switch (plan) {
            case FIRST -> 1;
            case SECOND -> 2;
            case MIXED -> rng.between(1, 2);
            case UPGRADE -> now < changes ? 1 : 2;
            case BACK -> now < changes || now >= changes + TURNS * step ? 1 : 2;
        };
    }
}
