package dev.ephor.simulator;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How soon every planted bug is found.
final class MutationTable {
    /// A bug that so many seeds do not find is not found.
    static final long MOST_SEEDS = 2_000;

    private MutationTable() {}

    /// What it took to find a bug.
    ///
    /// @param outcome of the run that found it; null where none did
    record Finding(Mutation mutation, long seeds, double seconds, @Nullable Outcome outcome) {}

    static Finding find(Mutation mutation, long mostSeeds, int jobs) {
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
        return new Finding(
                mutation, summary.runs(), (System.nanoTime() - started) / 1e9, found.get());
    }

    /// Prints the table; false where a bug was not found.
    static boolean print(PrintWriter out, int jobs) {
        boolean all = true;
        out.printf(
                "%-34s %-6s %6s %8s  %s%n",
                "planted bug", "in", "seeds", "seconds", "what gave it away");
        for (Mutation mutation : Mutations.all()) {
            Finding finding = find(mutation, MOST_SEEDS, jobs);
            Outcome outcome = finding.outcome();
            all &= outcome != null;
            out.printf(
                    Locale.ROOT,
                    "%-34s %-6s %6d %8.1f  %s%n",
                    mutation.name(),
                    mutation.profile(),
                    finding.seeds(),
                    finding.seconds(),
                    outcome == null
                            ? "NOT FOUND"
                            : outcome.rule() + " (seed " + outcome.spec().seed() + ")");
            out.flush();
        }
        return all;
    }
}
