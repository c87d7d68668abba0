package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes a short story of a run that broke a rule: leaves out choices as long as the same rule is
/// still broken (delta debugging: larger parts first, smaller ones where those are all needed).
final class Shrinker {
    private final Function<RunSpec, Outcome> runner;
    private final String rule;
    private final int mostRuns;
    private final long deadline;
    private int runs;

    /// The shortest run that was found.
    ///
    /// @param outcome of it, with its choices
    /// @param before how many choices the whole run made
    /// @param runs how many runs it took to find it
    record Story(Outcome outcome, int before, int runs) {}

    private Shrinker(Function<RunSpec, Outcome> runner, String rule, int mostRuns, long deadline) {
        this.runner = runner;
        this.rule = rule;
        this.mostRuns = mostRuns;
        this.deadline = deadline;
    }

    /// @param failed a run that broke a rule
    /// @param runner makes a run
    /// @param mostRuns how many runs it may take
    /// @param seconds how long it may take
    static Story shrink(
            Outcome failed, Function<RunSpec, Outcome> runner, int mostRuns, long seconds) {
        Shrinker shrinker =
                new Shrinker(
                        runner,
                        String.valueOf(failed.rule()),
                        mostRuns,
                        System.nanoTime() + seconds * 1_000_000_000L);
        return shrinker.shrink(failed.spec());
    }

    private Story shrink(RunSpec spec) {
        Outcome whole = runner.apply(spec.with(spec.only()));
        int before = whole.choices().size();
        Outcome best = shorten(whole);
        int parts = 2;
        while (mayGoOn() && !best.choices().isEmpty()) {
            Outcome smaller = withoutOnePart(best, parts);
            if (smaller != null) {
                best = smaller;
                parts = Math.max(2, parts - 1);
            } else if (parts >= best.choices().size()) {
                break;
            } else {
                parts = Math.min(best.choices().size(), parts * 2);
            }
        }
        return new Story(best, before, runs);
    }

    private boolean mayGoOn() {
        return runs < mostRuns && System.nanoTime() < deadline;
    }

    /// A rule of liveness is broken only after the faults: perhaps also after fewer of them.
    private Outcome shorten(Outcome whole) {
        Outcome best = whole;
        long seconds = best.simulated() / World.SECOND / 2;
        while (rule.startsWith("liveness") && seconds > 0 && mayGoOn()) {
            Outcome shorter = attempt(best.spec().lasting(seconds));
            best = shorter == null ? best : shorter;
            seconds /= 2;
        }
        return best;
    }

    private @Nullable Outcome withoutOnePart(Outcome run, int parts) {
        List<Outcome.Choice> all = run.choices();
        int size = Math.ceilDiv(all.size(), parts);
        // What comes last is most often not needed, because it comes after the rule was broken in
        // secret.
        for (int from = (parts - 1) * size; from >= 0 && mayGoOn(); from -= size) {
            List<Outcome.Choice> kept = new ArrayList<>(all);
            if (from < all.size()) {
                kept.subList(from, Math.min(all.size(), from + size)).clear();
                HashSet<String> names = new HashSet<>();
                kept.forEach(choice -> names.add(choice.name()));
                Outcome smaller = attempt(run.spec().with(names));
                if (smaller != null && smaller.choices().size() < all.size()) {
                    return smaller;
                }
            }
        }
        return null;
    }

    /// The outcome, where the same rule is broken.
    private @Nullable Outcome attempt(RunSpec spec) {
        runs++;
        Outcome outcome = runner.apply(spec);
        return rule.equals(outcome.rule()) ? outcome : null;
    }
}
