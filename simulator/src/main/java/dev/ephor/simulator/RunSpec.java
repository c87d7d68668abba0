package dev.ephor.simulator;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which run to make. Made of what every class loader shares, as [Outcome] is.
///
/// @param seed what it is drawn from
/// @param profile one of [Simulator#profiles()]
/// @param seconds how long the faults last in simulated seconds, 0 for what the seed draws
/// @param steps the run ends after so many events, 0 for when it is through
/// @param only the names of the choices that are made; null for all
/// @param recorded whether [Outcome#choices()] is wanted
public record RunSpec(
        long seed,
        String profile,
        long seconds,
        long steps,
        @Nullable Set<String> only,
        boolean recorded) {
    /// A run as its seed draws it.
    public static RunSpec of(long seed, String profile) {
        return new RunSpec(seed, profile, 0, 0, null, false);
    }

    /// The same with only these choices.
    RunSpec with(@Nullable Set<String> choices) {
        return new RunSpec(seed, profile, seconds, steps, choices, true);
    }

    RunSpec lasting(long otherSeconds) {
        return new RunSpec(seed, profile, otherSeconds, steps, only, recorded);
    }
}
