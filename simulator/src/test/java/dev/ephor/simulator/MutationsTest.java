package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The simulator is tested too: it finds bugs that are planted in the code under test.
class MutationsTest {
    private static final int JOBS = Math.max(2, Runtime.getRuntime().availableProcessors());
    private static final int SEEDS = 120;

    /// The ones that few seeds find; `ephor simulate --mutations` runs them all.
    static List<String> soonFound() {
        return List.of(
                "minority-quorum",
                "acknowledge-before-flush",
                "highest-value-not-adopted",
                "recovered-values-dropped",
                "promise-without-values",
                "commit-of-another-number",
                "lease-not-granted",
                "lease-of-a-minority",
                "candidate-wins-alone",
                "accepted-served-as-chosen",
                "no-drift-margin",
                "own-lease-forgotten",
                "promise-for-another-number-counts",
                "change-decided-by-the-old-alone",
                "epoch-guard-skipped",
                "answer-before-flush",
                "reads-after-the-lease",
                "master-before-own-epoch",
                "request-applied-twice",
                "sequencer-not-checked",
                "lock-granted-to-everybody");
    }

    @ParameterizedTest
    @MethodSource("soonFound")
    void isFound(String name) {
        Mutation mutation = Mutations.named(name).orElseThrow();
        Finding finding = Finding.search(mutation, SEEDS, JOBS, run -> Simulator.run(run, null));
        assertThat(finding.verdict())
                .as("%s %s", mutation.trap(), finding.reason())
                .isEqualTo(Finding.Verdict.FOUND);
    }

    /// Here the code "as it is" has the bug too, so that nothing is known of the bug.
    @Test
    void whatFailsWithoutTheBugTooIsNotFound(@TempDir Path directory) throws IOException {
        Mutation mutation = Mutations.named("refused-and-proposed").orElseThrow();
        MutantLoader broken = new MutantLoader(mutation);
        StringWriter text = new StringWriter();
        MutationTable table =
                MutationTable.print(
                        new PrintWriter(text),
                        List.of(mutation),
                        SEEDS,
                        JOBS,
                        run -> broken.run(run, null));
        assertThat(table.proves()).isFalse();
        assertThat(text.toString())
                .contains("FAILS WITHOUT THE BUG TOO: a command is proposed once")
                .contains("0 of 1 found");
        Path file = directory.resolve("table.json");
        table.write(file);
        assertThat(Files.readString(file))
                .contains("\"verdict\":\"FAILS_ANYWAY\"")
                .contains("\"found\":0");
    }

    /// A canary: where it is not found by every seed, nothing that the simulator says counts.
    @Test
    void theCanaryDies() {
        assertThat(MutationTable.canaryDies(JOBS)).isTrue();
    }

    @Test
    void thereAreFortyAtLeast() {
        assertThat(Mutations.all().size()).isGreaterThanOrEqualTo(40);
        assertThat(Mutations.all().stream().map(Mutation::name).distinct())
                .hasSameSizeAs(Mutations.all());
    }

    /// Every bug can still be planted: the code that it changes is still there.
    @Test
    void allFit() {
        for (Mutation mutation : Mutations.all()) {
            new MutantLoader(mutation).verify();
        }
    }
}
