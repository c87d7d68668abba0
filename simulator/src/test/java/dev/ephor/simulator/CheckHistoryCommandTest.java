package dev.ephor.simulator;

import static dev.ephor.simulator.Histories.invoke;
import static dev.ephor.simulator.Histories.line;
import static dev.ephor.simulator.Histories.locked;
import static dev.ephor.simulator.Histories.staleRead;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `check-history`: what it says, and how it ends.
class CheckHistoryCommandTest {
    @TempDir private Path directory;

    private String said = "";

    /// Nothing recorded is no proof of anything.
    @Test
    void aHistoryWithoutOperationsIsAMistake() throws Exception {
        assertThat(run(file("empty"))).isEqualTo(2);
        assertThat(said).contains("no operation is in this history");
        assertThat(run(file("blank", "", " "), file("good", locked(6, "ok")))).isEqualTo(2);
        assertThat(said).contains("blank:2: no operation");
        assertThat(run(file("begun", staleRead()[0]))).isEqualTo(0);
    }

    @Test
    void whatCannotBeReadIsSaidOnce() throws Exception {
        assertThat(run(directory)).isEqualTo(2);
        assertThat(said).containsOnlyOnce(directory.toString());
        Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, 10});
        assertThat(run(bytes)).isEqualTo(2);
        assertThat(said).isEqualToIgnoringNewLines("ephor: " + bytes + ": this is not UTF-8 text");
        assertThat(run(bytes.resolve("below"))).isEqualTo(2);
        assertThat(said).containsOnlyOnce(bytes.toString()).doesNotContain("null");
    }

    /// Many writes at a time, and one reader who saw two values in turns: which came when takes
    /// long to find out.
    private static List<String> crowded(int writers) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            String value = "'value':'v" + i % (writers / 2) + "'";
            lines.add(invoke("w" + i, i, "'operation':'write','key':'k'," + value));
        }
        for (int i = 0; i < writers; i++) {
            lines.add(invoke("r", 1_000 + 2 * i, "'operation':'read','key':'k'"));
            lines.add(line("r", "ok", 1_001 + 2 * i, "'value':'v" + i % 2 + "'"));
        }
        for (int i = 0; i < writers; i++) {
            lines.add(line("w" + i, "ok", 100_000 + i, ""));
        }
        return lines;
    }

    @Test
    void whatTakesTooLongIsUndecided() throws Exception {
        Path file = file("crowded", crowded(40).toArray(String[]::new));
        assertThat(run("--states=1000", file.toString())).isEqualTo(3);
        assertThat(said).contains("gave up after 1000 states").contains(": undecided, in");
        assertThat(run("--states=0", file.toString())).isEqualTo(2);
    }

    @Test
    void whatNeedsTooMuchMemoryIsUndecided() throws Exception {
        Path file = file("crowded", crowded(40).toArray(String[]::new));
        java.lang.Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx24m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CheckHistoryCommand.class.getName(),
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String printed =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isEqualTo(3);
        assertThat(printed).contains("undecided").contains("memory");
    }

    @Test
    void theCommandSaysWhatItFound() throws Exception {
        assertThat(run(file("good", locked(6, "ok")))).isEqualTo(0);
        assertThat(run(file("bad", staleRead()))).isEqualTo(1);
        assertThat(run(file("broken", "{"))).isEqualTo(2);
        assertThat(run(directory.resolve("none"))).isEqualTo(2);
        assertThat(run(file("one", staleRead()[0]), file("other", staleRead()[0]))).isEqualTo(0);
    }

    /// A run of the whole service, under faults, judged from its file: linearizable, and no more so
    /// once one answer is another.
    @Test
    void theSimulatorWritesHistories() throws Exception {
        Path file = directory.resolve("simulated");
        int code =
                new CommandLine(new SimulateCommand())
                        .execute(
                                "--seed=601",
                                "--profile=cell",
                                "--duration=5",
                                "--history=" + file);
        assertThat(code).isEqualTo(0);
        assertThat(run(file)).isEqualTo(0);

        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        assertThat(lines).hasSizeGreaterThan(100);
        int read = -1;
        for (int i = 0; i < lines.size(); i++) {
            boolean sawSomething = lines.get(i).matches(".*\"ok\".*\"read\".*\"value\":\".*");
            read = sawSomething ? i : read;
        }
        lines.set(read, lines.get(read).replaceFirst("\"value\":\"[^\"]*\"", "\"value\":\"x\""));
        assertThat(run(Files.write(file, lines))).isEqualTo(1);
    }

    /// Locks are in it, too: who is told that somebody else's generation is his contradicts it.
    @Test
    void theSimulatorWritesHistoriesOfLocks() throws Exception {
        Path file = directory.resolve("simulated");
        int code =
                new CommandLine(new SimulateCommand())
                        .execute(
                                "--seed=604",
                                "--profile=cell",
                                "--duration=20",
                                "--history=" + file);
        assertThat(code).isEqualTo(0);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        String got = ".*\"ok\".*\"acquire\".*\"mode\":\"exclusive\".*";
        List<String> grants = lines.stream().filter(line -> line.matches(got)).toList();
        assertThat(grants).hasSizeGreaterThan(10);
        assertThat(lines).anyMatch(line -> line.matches(".*\"ok\".*\"release\".*"));
        assertThat(run(file)).isEqualTo(0);

        String first = grants.getFirst().replaceFirst(".*(\"value\":[0-9]+).*", "$1");
        String last = grants.getLast();
        lines.set(lines.indexOf(last), last.replaceFirst("\"value\":[0-9]+", first));
        assertThat(run(Files.write(file, lines))).isEqualTo(1);
    }

    /// The runs that look for a shorter story are not what was asked for.
    @Test
    void ofARunThatFailsOnlyThatRunIsRecorded() throws Exception {
        Path file = directory.resolve("failed");
        StringWriter said = new StringWriter();
        CommandLine simulate = new CommandLine(new SimulateCommand());
        simulate.setOut(new PrintWriter(said));
        int code =
                simulate.execute(
                        "--seed=1",
                        "--profile=cell",
                        "--duration=5",
                        "--mutate=told-before-it-is-certain",
                        "--history=" + file);
        assertThat(code).isEqualTo(1);
        assertThat(said.toString()).contains("Shrunk from");

        List<String> calls = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            HistoryLine parsed = HistoryLine.parse("failed", calls.size() + 1, line);
            if (parsed.text("type").equals("invoke")) {
                calls.add(parsed.text("process"));
            }
        }
        assertThat(calls).hasSizeGreaterThan(100).doesNotHaveDuplicates();
        assertThat(run(file)).isEqualTo(1);
    }

    private Path file(String name, String... lines) throws Exception {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private int run(Path... files) {
        return run(Stream.of(files).map(Path::toString).toArray(String[]::new));
    }

    private int run(String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine line = new CommandLine(new CheckHistoryCommand());
        line.setOut(new PrintWriter(output));
        line.setErr(new PrintWriter(output));
        int code = line.execute(arguments);
        said = output.toString();
        assertThat(said).isNotEmpty();
        return code;
    }

    /// 100,000 operations of 20 processes on 5 files, every hundredth of unknown outcome: what a
}
