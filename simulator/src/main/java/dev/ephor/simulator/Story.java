package dev.ephor.simulator;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Tells how a run broke a rule, so that somebody who reads it can understand why.
final class Story {
    private static final int SHOWN_LINES = 60;
    private static final int SHOWN_CHOICES = 80;
    private static final int MOST_RUNS = 2_000;
    private static final long SECONDS = 60;

    private Story() {}

    /// @param failed the run
    /// @param shrink whether to look for a shorter one first
    static void print(PrintWriter out, Campaign campaign, Outcome failed, boolean shrink) {
        if (!shrink) {
            lines(out, failed);
            return;
        }
        Shrinker.Story story = Shrinker.shrink(failed, campaign::run, MOST_RUNS, SECONDS);
        Outcome outcome = story.outcome();
        List<Outcome.Choice> choices = outcome.choices();
        out.printf(
                Locale.ROOT,
                "Shrunk from %d choices to %d by %d runs. What is left:%n",
                story.before(),
                choices.size(),
                story.runs());
        for (Outcome.Choice choice : choices.subList(0, Math.min(SHOWN_CHOICES, choices.size()))) {
            out.printf(
                    Locale.ROOT,
                    "%6d.%06d %s %s%n",
                    choice.time() / World.SECOND,
                    choice.time() % World.SECOND / World.MICRO,
                    choice.name(),
                    choice.detail());
        }
        out.println("The end of it:");
        lines(out, outcome);
        RunSpec made = outcome.spec().with(names(choices));
        out.printf("repeat the short run with: %s%n", repeat(campaign, made));
    }

    private static void lines(PrintWriter out, Outcome outcome) {
        List<String> lines = outcome.trace();
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).forEach(out::println);
        out.println(outcome.detail());
    }

    /// The command that makes the run again, all that shaped it included.
    static String repeat(Campaign campaign, RunSpec spec) {
        Set<String> only = spec.only();
        return "./ephor simulate --seed "
                + spec.seed()
                + " --profile "
                + spec.profile()
                + (spec.seconds() == 0 ? "" : " --duration " + spec.seconds())
                + (spec.steps() == 0 ? "" : " --steps " + spec.steps())
                + campaign.mutation()
                + (only == null ? "" : " --only '" + String.join(",", new TreeSet<>(only)) + "'")
                + " --trace";
    }

    private static Set<String> names(List<Outcome.Choice> choices) {
        return new TreeSet<>(choices.stream().map(Outcome.Choice::name).toList());
    }
}
