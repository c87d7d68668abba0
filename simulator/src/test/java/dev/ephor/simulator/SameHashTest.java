package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A seed gives the same run in every virtual machine, whatever its heap and its collector.
class SameHashTest {
    @Test
    void twoMachinesSeeTheSame() throws IOException, InterruptedException {
        List<String> one = hashes("-XX:+UseSerialGC", "-Xmx300m");
        List<String> other = hashes("-XX:+UseParallelGC", "-Xmx600m", "-Xint");
        assertThat(one).hasSize(9).isEqualTo(other);
    }

    private static List<String> hashes(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        SimulateCommand.class.getName()));
        command.addAll(List.of("--seeds", "1-3", "--duration", "4", "--trace-hash", "--jobs", "1"));
        java.lang.Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.matches("(core|log|cell) .*"))
                        .toList();
        assertThat(process.waitFor()).isZero();
        return lines;
    }
}
