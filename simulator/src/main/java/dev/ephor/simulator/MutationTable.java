package dev.ephor.simulator;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How soon every planted bug is found.
final class MutationTable {
    /// A bug that so many seeds do not find is not found.
    static final long MOST_SEEDS = 2_000;

    private static final int CANARY_SEEDS = 3;

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

    /// Whether every run with the canary in it fails, as it must.
    static boolean canaryDies(int jobs) {
        Campaign campaign =
                new Campaign(Simulator.profiles(), 1, CANARY_SEEDS, 1, Mutations.CANARY, jobs);
        Campaign.Summary summary = campaign.run(_ -> {});
        return summary.failed() == summary.runs();
    }

    /// Prints the table; false where a bug was not found, or the canary lives.
    ///
    /// @param mutations the bugs to plant
    /// @param mostSeeds how many seeds may try to find each
    static boolean print(PrintWriter out, List<Mutation> mutations, long mostSeeds, int jobs) {
        boolean canary = canaryDies(jobs);
        out.printf(
                "The canary (%s) %s%n%n",
                Mutations.CANARY.trap(),
                canary ? "is found by every seed, as it must be." : "LIVES: NOTHING IS PROVEN.");
        out.printf(
                "%-40s %-6s %6s %8s  %s%n",
                "planted bug", "in", "seeds", "seconds", "what gave it away");
        List<Double> seconds = new ArrayList<>();
        for (Mutation mutation : mutations) {
            Finding finding = find(mutation, mostSeeds, jobs);
            Outcome outcome = finding.outcome();
            if (outcome != null) {
                seconds.add(finding.seconds());
            }
            out.printf(
                    Locale.ROOT,
                    "%-40s %-6s %6d %8.1f  %s%n",
                    mutation.name(),
                    mutation.profile(),
                    finding.seeds(),
                    finding.seconds(),
                    outcome == null
                            ? "NOT FOUND"
                            : outcome.rule() + " (seed " + outcome.spec().seed() + ")");
            out.flush();
        }
        seconds.sort(null);
        out.printf(
                Locale.ROOT,
                "%d of %d found; half of them within %.1f seconds, all within %.1f%n",
                seconds.size(),
                mutations.size(),
                seconds.isEmpty() ? 0 : seconds.get(seconds.size() / 2),
                seconds.isEmpty() ? 0 : seconds.getLast());
        out.flush();
        return canary && seconds.size() == mutations.size();
    }
}
