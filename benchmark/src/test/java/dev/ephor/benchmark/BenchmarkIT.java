package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The whole thing, on ten real processes, for a second each.
class BenchmarkIT {
    @TempDir private Path directory;

    @Test
    void measuresBothPeersAndLeavesNothingBehind() {
        List<String> lines = run("--cases=write-1x5,read-100x128");

        List<String> header = Arrays.asList(lines.getFirst().split("\t"));
        List<List<String>> rows =
                lines.stream().skip(1).map(line -> Arrays.asList(line.split("\t"))).toList();
        assertThat(rows.stream().map(row -> String.join(" ", row.subList(0, 4))))
                .containsExactly(
                        "write-1x5 Ephor write leader",
                        "write-1x5 ZooKeeper write leader",
                        "write-1x5 ZooKeeper write spread",
                        "read-100x128 Ephor read leader",
                        "read-100x128 ZooKeeper sync+read leader",
                        "read-100x128 ZooKeeper sync+read spread",
                        "read-100x128 ZooKeeper read leader",
                        "read-100x128 ZooKeeper read spread");
        assertThat(rows)
                .allSatisfy(row -> {
                    assertThat(Double.parseDouble(row.get(header.indexOf("ops/s")))).isPositive();
                    assertThat(row.get(header.indexOf("errors"))).isEqualTo("0");
                });
        assertThat(directory).isEmptyDirectory();
        assertThat(servers()).isEmpty();
    }

    @Test
    void mastershipGoesRoundACell() {
        List<String> lines =
                execute(
                        "transfer",
                        "--loads=2x50",
                        "--cells=1",
                        "--rounds=1",
                        "--warm=0",
                        "--pause=100",
                        "--dir=" + directory);

        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("2x50").contains("first time");
        assertThat(lines.get(2)).startsWith("2x50").contains("again");
        assertThat(directory).isEmptyDirectory();
        assertThat(servers()).isEmpty();
    }

    private List<String> run(String cases) {
        return execute(
                cases,
                "--first=0",
                "--warm=0",
                "--measure=1",
                "--windows=1",
                "--tsv",
                "--dir=" + directory);
    }

    private static List<String> execute(String... arguments) {
        PrintStream console = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code = new CommandLine(new BenchmarkProvider().command()).execute(arguments);
            assertThat(code).isZero();
        } finally {
            System.setOut(console);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private Stream<ProcessHandle> servers() {
        return ProcessHandle.current()
                .descendants()
                .filter(process ->
                        process.info()
                                .commandLine()
                                .filter(line -> line.contains(directory.toString()))
                                .isPresent());
    }
}
