package dev.ephor.simulator;

import dev.ephor.log.LogSettings;
import dev.ephor.paxos.Settings;
import java.util.List;

/// What every seed draws for itself beside its faults.
final class Draw {
    private Draw() {}

    /// Settings in a wide band around what real cells use, with small windows, batches and tails,
    /// so that their edges are met.
    ///
    /// @param hurries whether the leases of some seeds may be so short that there are hundreds of
    ///   elections in a run
    static Settings settings(Rng rng, boolean hurries) {
        Rng pace = rng.stream("pace");
        long faster = hurries && pace.chance(0.12) ? pace.magnitude(4, 12) : 1;
        long lease = rng.magnitude(200 * World.MILLI, 3 * World.SECOND) / faster;
        long heartbeat = lease / rng.between(3, 8);
        return new Settings(
                lease,
                rng.pick(List.of(10, 20, 50)),
                heartbeat,
                rng.magnitude(Math.min(10 * World.MILLI, lease / 4), lease / 2),
                rng.magnitude(lease / 5, lease),
                rng.magnitude(lease / 8, lease),
                (int) rng.magnitude(1, 64),
                (int) rng.magnitude(16, 1 << 16),
                (int) rng.magnitude(1 << 10, 1 << 20),
                (int) rng.magnitude(1, 500),
                (int) rng.magnitude(64, 1 << 20));
    }

    /// Small segments, snapshots and pieces, so that a short run closes, truncates and transfers
    /// many.
    ///
    /// @param hurries as in [#settings]
    static LogSettings logSettings(Rng rng, boolean hurries) {
        int growth = (int) rng.magnitude(512, 1 << 15);
        boolean snapshots = rng.chance(0.85);
        return new LogSettings(
                settings(rng, hurries),
                rng.magnitude(growth, 1 << 18),
                growth,
                LogSettings.DEFAULT.segmentFormat(),
                snapshots ? rng.magnitude(1 << 10, 1 << 20) : Long.MAX_VALUE,
                snapshots ? rng.magnitude(5, 1000) : Long.MAX_VALUE,
                (int) rng.magnitude(256, 1 << 16),
                (int) rng.magnitude(64, 1 << 14),
                1L << rng.between(0, 7),
                rng.magnitude(1 << 20, 1L << 40),
                rng.magnitude(1 << 14, 1 << 22),
                rng.magnitude(1 << 14, 1 << 22));
    }
}
