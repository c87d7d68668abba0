package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Many seeds: no rule is broken, and the rare things that the rules are about did happen.
class SeedsTest {
    private static final int JOBS = Math.max(2, Runtime.getRuntime().availableProcessors());

    @Test
    void bareCores() {
        check(
                "core",
                1,
                400,
                Set.of(
                        "another value chosen where a command was proposed",
                        "catch-up answered",
                        "catch-up from disk",
                        "command chosen without effect",
                        "crash just before a flush was done",
                        "crash of the whole cell",
                        "duel: two proposes of one round",
                        "epoch ended by a value of another origin",
                        "flush on a slow disk",
                        "lease released",
                        "mastership begins",
                        "promise carries values",
                        "rejected because of a promise",
                        "rejected because of the lease",
                        "restart from disk",
                        "snapshot fetch failed",
                        "snapshot installed",
                        "value of an earlier coordinator proposed again"));
    }

    @Test
    void theWholeLog() {
        check(
                "log",
                1,
                150,
                Set.of(
                        "a task stands still after it read the clock",
                        "another value chosen where a command was proposed",
                        "command chosen without effect",
                        "crash at an operation of the disk",
                        "crash of the whole cell",
                        "epoch ended by a value of another origin",
                        "flush failed",
                        "mastership begins",
                        "read refused, the lease is over",
                        "read under the lease",
                        "snapshot restored",
                        "submission refused: overloaded"));
    }

    @Test
    void theWholeService() {
        check(
                "cell",
                601,
                660,
                Set.of(
                        "a client crashes",
                        "a stream breaks",
                        "a stream is held up by a cut link",
                        "crash at an operation of the disk",
                        "lock call: LockTimeout",
                        "lock granted",
                        "outcome unknown to a client",
                        "read back at the end",
                        "session EXPIRED",
                        "session JEOPARDY",
                        "session SAFE",
                        "write refused, the lock is lost",
                        "write under a lock"));
    }

    private static void check(String profile, int first, int last, Set<String> mandatory) {
        List<String> failures = new ArrayList<>();
        Campaign campaign = new Campaign(List.of(profile), first, last, 0, null, JOBS);
        Campaign.Summary summary =
                campaign.run(outcome -> {
                    if (!outcome.holds()) {
                        List<String> lines = outcome.trace();
                        failures.add(
                                String.join(
                                                "\n",
                                                lines.subList(
                                                        Math.max(0, lines.size() - 40),
                                                        lines.size()))
                                        + "\n"
                                        + outcome.detail()
                                        + "\nrepeat with: ./ephor simulate --seed "
                                        + outcome.spec().seed()
                                        + " --profile "
                                        + profile);
                    }
                });
        assertThat(failures).isEmpty();
        assertThat(summary.marks()).containsKeys(mandatory.toArray(String[]::new));
    }
}
