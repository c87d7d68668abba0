package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Seeds that once found a bug: `regression-seeds.txt` says which, and what it was.
class RegressionSeedsTest {
    static List<String> lines() throws IOException {
        try (InputStream in =
                RegressionSeedsTest.class.getResourceAsStream("/regression-seeds.txt")) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void doesNotFailAgain(String line) {
        String[] parts = line.split(" ", 3);
        Outcome outcome = Simulator.run(RunSpec.of(Long.parseLong(parts[1]), parts[0]), null);
        assertThat(outcome.holds()).as("%s: %s", line, outcome.detail()).isTrue();
    }
}
