package dev.ephor.simulator;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What it took to find a planted bug.
///
/// @param seeds how many were run
/// @param seconds how long that took
/// @param with the run that broke a rule; null where none did
/// @param without the same run of the code as it is; null where there was none to repeat
record Finding(
        Mutation mutation,
        long seeds,
        double seconds,
        @Nullable Outcome with,
        @Nullable Outcome without) {
    /// What a search came to.
    enum Verdict {
        FOUND,

        NOT_FOUND,

        /// The seed fails without the bug too, so that it says nothing of the bug.
        FAILS_ANYWAY
    }

    /// Runs seeds until one fails, and then that one without the bug.
    ///
    /// @param asItIs makes a run of the code as it is
    static Finding search(
            Mutation mutation, long mostSeeds, int jobs, Function<RunSpec, Outcome> asItIs) {
        long started = System.nanoTime();
        AtomicReference<@Nullable Outcome> found = new AtomicReference<>();
        Campaign campaign =
                new Campaign(List.of(mutation.profile()), 1, mostSeeds, 0, mutation, jobs);
        Campaign.Summary summary =
                campaign.runUntilFound(outcome -> {
                    if (!outcome.holds()) {
                        found.compareAndSet(null, outcome);
                    }
                });
        double seconds = (System.nanoTime() - started) / 1e9;
        Outcome with = found.get();
        Outcome without = with == null ? null : asItIs.apply(with.spec());
        return new Finding(mutation, summary.runs(), seconds, with, without);
    }

    Verdict verdict() {
        if (with == null || without == null) {
            return Verdict.NOT_FOUND;
        }
        return without.holds() ? Verdict.FOUND : Verdict.FAILS_ANYWAY;
    }

    /// What gave the bug away, or why nothing did.
    String reason() {
        return switch (verdict()) {
            case FOUND -> brokenIn(with);
            case NOT_FOUND -> "NOT FOUND";
            case FAILS_ANYWAY -> "FAILS WITHOUT THE BUG TOO: " + brokenIn(without);
        };
    }

    private static String brokenIn(@Nullable Outcome outcome) {
        return outcome == null ? "" : outcome.rule() + " (seed " + outcome.spec().seed() + ")";
    }
}
