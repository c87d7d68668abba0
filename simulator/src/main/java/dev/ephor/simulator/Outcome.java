package dev.ephor.simulator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one run came to. Made of what every class loader shares, because code with a planted bug
/// runs in a class loader of its own.
///
/// @param spec which run it was
/// @param hash of everything that happened: equal for equal runs
/// @param events how much happened
/// @param simulated nanoseconds of true simulated time
/// @param rule the rule that was broken; null where none was
/// @param detail how it was broken; empty where no rule was
/// @param trace the last lines
/// @param marks the rare things that happened, with counts
/// @param choices what the run chose to do, where that was asked for
public record Outcome(
        RunSpec spec,
        long hash,
        long events,
        long simulated,
        @Nullable String rule,
        String detail,
        List<String> trace,
        Map<String, Long> marks,
        List<Choice> choices) {
    /// One thing that a run chose to do.
    ///
    /// @param name what, and which of these: `crash#3`
    /// @param time in nanoseconds of true simulated time
    /// @param detail to whom
    public record Choice(String name, long time, String detail) {}

    /// True where no rule was broken.
    public boolean holds() {
        return rule == null;
    }
}
