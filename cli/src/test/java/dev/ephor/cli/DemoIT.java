package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The tour, shortened: one fail-over, and the verdict.
@Timeout(180)
class DemoIT {
    @Test
    void theVerdictIsGood() {
        Cli demo = Cli.run("demo", "--kills", "1", "--workers", "3").endsWith(ExitCode.OK);

        assertThat(demo.out())
                .contains("kill -9: replica")
                .containsPattern("writes lost +0")
                .containsPattern("overlapping holders +0")
                .containsPattern("fail-overs +1")
                .contains("PASSED");
        assertThat(demo.err()).isEmpty();
    }

    @Test
    void programsGetTheVerdictToo() {
        Cli demo =
                Cli.run("demo", "--kills", "0", "--workers", "1", "--json").endsWith(ExitCode.OK);

        assertThat(demo.out().lines().toList().getLast())
                .startsWith("{\"event\":\"verdict\",\"passed\":true,")
                .contains("\"lost\":0", "\"gaps_ms\":[]", "\"faults\":[]");
    }
}
