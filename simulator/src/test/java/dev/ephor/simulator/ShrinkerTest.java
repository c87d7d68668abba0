package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A failing run becomes a short story.
class ShrinkerTest {
    /// A run of a thousand choices that fails whenever three certain ones are made.
    private static Outcome run(RunSpec spec) {
        List<Outcome.Choice> made = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String name = "choice#" + i;
            Set<String> only = spec.only();
            if (only == null || only.contains(name)) {
                made.add(new Outcome.Choice(name, i, ""));
            }
        }
        List<String> names = made.stream().map(Outcome.Choice::name).toList();
        boolean fails = names.containsAll(List.of("choice#17", "choice#400", "choice#999"));
        return new Outcome(spec, 0, 0, 0, fails ? "a rule" : null, "", List.of(), Map.of(), made);
    }

    @Test
    void whatIsNotNeededGoes() {
        Outcome failed = run(RunSpec.of(1, "core"));
        Shrinker.Story story = Shrinker.shrink(failed, ShrinkerTest::run, 1_000, 60);
        assertThat(story.before()).isEqualTo(1_000);
        assertThat(story.outcome().choices())
                .extracting(Outcome.Choice::name)
                .containsExactly("choice#17", "choice#400", "choice#999");
    }

    @Test
    void aRealFailureBecomesShortAndFailsAgain() {
        Mutation mutation = Mutations.named("highest-value-not-adopted").orElseThrow();
        Campaign campaign = new Campaign(List.of("core"), 1, 120, 10, mutation, 1);
        List<Outcome> failures = new ArrayList<>();
        campaign.runUntilFound(outcome -> {
            if (!outcome.holds()) {
                failures.add(outcome);
            }
        });
        assertThat(failures).isNotEmpty();
        Outcome failed = failures.getFirst();
        Shrinker.Story story = Shrinker.shrink(failed, campaign::run, 300, 600);
        assertThat(story.outcome().rule()).isEqualTo(failed.rule());
        assertThat(story.before()).isGreaterThan(100);
        assertThat(story.outcome().choices().size()).isLessThan(story.before() / 4);
        Outcome again = campaign.run(story.outcome().spec());
        assertThat(again.hash()).isEqualTo(story.outcome().hash());
        StringWriter text = new StringWriter();
        Story.print(new PrintWriter(text, true), campaign, failed, false);
        assertThat(text.toString()).contains(failed.detail());
    }
}
