package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// Histories in files, as docs/HISTORY.md describes them.
class HistoryTest {
    @TempDir private Path directory;

    private static History read(String... lines) throws Exception {
        HistoryReader reader = new HistoryReader();
        reader.read("h", new BufferedReader(new StringReader(String.join("\n", lines))));
        return reader.history();
    }

    private static List<HistoryJudge.Finding> judge(String... lines) throws Exception {
        return HistoryJudge.judge(read(lines));
    }

    private static String invoke(String process, long time, String rest) {
        return line(process, "invoke", time, rest);
    }

    private static String line(String process, String type, long time, String rest) {
        return "{\"process\":\"%s\",\"type\":\"%s\",\"time\":%d%s}"
                .formatted(
                        process, type, time, rest.isEmpty() ? "" : "," + rest.replace('\'', '"'));
    }

    private static String[] lines(String... lines) {
        return lines;
    }

    private static String[] staleRead() {
        return lines(
                invoke("a", 10, "'operation':'write','key':'k','value':'1'"),
                line("a", "ok", 20, ""),
                invoke("a", 30, "'operation':'write','key':'k','value':'2'"),
                line("a", "ok", 40, ""),
                invoke("b", 42, "'operation':'read','key':'other'"),
                line("b", "ok", 44, "'value':null"),
                invoke("b", 50, "'operation':'read','key':'k'"),
                line("b", "ok", 60, "'value':'1'"),
                invoke("b", 70, "'operation':'read','key':'k'"),
                line("b", "ok", 80, "'value':'2'"));
    }

    @Test
    void aStaleReadIsShownWithWhatItContradicts() throws Exception {
        List<HistoryJudge.Finding> findings = judge(staleRead());

        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().name()).isEqualTo("k");
        Contradiction.Found<?> found = (Contradiction.Found<?>) findings.getFirst().contradiction();
        assertThat(found.fromStart()).isFalse();
        assertThat(found.window()).extracting(Model.Timed::place).containsExactly(3, 7);
        assertThat(found.toString()).contains("write \"2\"").contains("read, saw \"1\"");
    }

    @Test
    void aValueFromNowhereIsShown() throws Exception {
        List<HistoryJudge.Finding> findings =
                judge(
                        invoke("a", 1, "'operation':'read','key':'k'"),
                        line("a", "ok", 2, "'value':'x'"));

        Contradiction.Found<?> found = (Contradiction.Found<?>) findings.getFirst().contradiction();
        assertThat(found.fromStart()).isTrue();
    }

    @Test
    void anUnknownOutcomeStaysOpen() throws Exception {
        assertThat(
                        judge(
                                invoke("a", 1, "'operation':'write','key':'k','value':'1'"),
                                line("a", "unknown", 2, ""),
                                invoke("b", 3, "'operation':'read','key':'k'"),
                                line("b", "ok", 4, "'value':null"),
                                invoke("b", 5, "'operation':'read','key':'k'"),
                                line("b", "ok", 6, "'value':'1'")))
                .isEmpty();
    }

    @Test
    void aSwapIsRefusedOnlyWhereAnotherValueWasThere() throws Exception {
        String write = invoke("a", 1, "'operation':'write','key':'k','value':'1'");
        String swap = invoke("a", 3, "'operation':'cas','key':'k','expected':'1','value':'2'");

        assertThat(judge(write, line("a", "ok", 2, ""), swap, line("a", "fail", 4, ""))).isEmpty();
        assertThat(
                        judge(
                                write,
                                line("a", "ok", 2, ""),
                                swap,
                                line("a", "fail", 4, "'mismatch':true")))
                .hasSize(1);
    }

    private static String[] locked(int second, String release) {
        return lines(
                invoke("a", 1, "'operation':'acquire','key':'k','mode':'exclusive'"),
                line("a", "ok", 2, "'value':5"),
                invoke("a", 3, "'operation':'release','key':'k','value':5"),
                line("a", release, 9, ""),
                invoke("b", 10, "'operation':'acquire','key':'k','mode':'exclusive'"),
                line("b", "ok", 12, "'value':" + second),
                invoke("c", 13, "'operation':'check','key':'k','mode':'exclusive','value':5"),
                line("c", "ok", 14, "'value':false"));
    }

    @Test
    void aLockHasOneHolderAndItsGenerationsRise() throws Exception {
        assertThat(judge(locked(6, "ok"))).isEmpty();
        assertThat(judge(locked(6, "unknown"))).isEmpty();
        assertThat(judge(locked(6, "fail"))).hasSize(1);
        assertThat(judge(locked(4, "ok"))).hasSize(1);
        assertThat(judge(locked(5, "ok")).getFirst().name()).isEqualTo("the lock of k");
    }

    @Test
    void sharersHaveOneGeneration() throws Exception {
        String[] shared = {
            invoke("a", 1, "'operation':'acquire','key':'k','mode':'shared'"),
            line("a", "ok", 2, "'value':1"),
            invoke("b", 3, "'operation':'acquire','key':'k','mode':'shared'"),
            line("b", "ok", 4, "'value':1"),
            invoke("c", 5, "'operation':'acquire','key':'k','mode':'exclusive'"),
            line("c", "ok", 9, "'value':2"),
            invoke("a", 6, "'operation':'release','key':'k','value':1"),
            line("a", "ok", 7, ""),
        };
        List<String> tooEarly = new ArrayList<>(List.of(shared));
        assertThat(judge(tooEarly.toArray(String[]::new))).hasSize(1);
        tooEarly.add(invoke("b", 6, "'operation':'release','key':'k','value':1"));
        assertThat(judge(tooEarly.toArray(String[]::new))).isEmpty();
    }

    private static String[] acquired(String process, long time, String mode, String end) {
        return lines(
                invoke(process, time, "'operation':'acquire','key':'k','mode':'" + mode + "'"),
                end.equals("unknown")
                        ? line(process, "unknown", time + 1, "")
                        : line(process, "ok", time + 1, "'value':" + end));
    }

    private static String[] released(String process, long time, long generation) {
        return lines(
                invoke(process, time, "'operation':'release','key':'k','value':" + generation),
                line(process, "ok", time + 1, ""));
    }

    private static String[] checked(long time, String mode, long generation, boolean valid) {
        return lines(
                invoke(
                        "checker",
                        time,
                        "'operation':'check','key':'k','mode':'%s','value':%d"
                                .formatted(mode, generation)),
                line("checker", "ok", time + 1, "'value':" + valid));
    }

    private static List<HistoryJudge.Finding> judgeAll(String[]... parts) throws Exception {
        return judge(Stream.of(parts).flatMap(Stream::of).toArray(String[]::new));
    }

    /// Whether the lock went from free to held again depends on one who was never told.
    @Test
    void anAcquireOfUnknownOutcomeMayShareTheLock() throws Exception {
        String[] untold = acquired("a", 1, "shared", "unknown");
        String[] one = acquired("b", 3, "shared", "1");
        String[] gone = released("b", 5, 1);
        String[] other = acquired("c", 7, "shared", "1");

        assertThat(judgeAll(untold, one, gone, other)).isEmpty();
        assertThat(judgeAll(one, untold, gone, other)).isEmpty();
        assertThat(judgeAll(one, gone, other)).hasSize(1);
        assertThat(judgeAll(acquired("a", 1, "exclusive", "unknown"), one, gone, other)).hasSize(1);
        assertThat(judgeAll(one, gone, acquired("a", 6, "shared", "unknown"), other))
                .as("it came too late to keep the lock held")
                .hasSize(1);
        assertThat(judgeAll(untold, one, gone, acquired("c", 7, "exclusive", "1"))).hasSize(1);
        assertThat(judgeAll(untold, one, gone, acquired("c", 7, "exclusive", "2"))).isEmpty();
        assertThat(judgeAll(untold, one, acquired("c", 7, "exclusive", "2")))
                .as("b has it still")
                .hasSize(1);
    }

    /// One such acquire explains one stretch of time in which the lock was held, not two.
    @Test
    void eachAcquireOfUnknownOutcomeTookEffectOnceAtMost() throws Exception {
        String[][] history = {
            acquired("a", 1, "shared", "unknown"),
            acquired("b", 3, "shared", "1"),
            released("b", 5, 1),
            acquired("c", 7, "shared", "1"),
            released("c", 9, 1),
            acquired("d", 11, "exclusive", "2"),
            released("d", 13, 2),
            acquired("b", 15, "shared", "3"),
            released("b", 17, 3),
            acquired("c", 19, "shared", "3"),
        };
        assertThat(judgeAll(history)).hasSize(1);
        String[] another = acquired("e", 2, "shared", "unknown");
        assertThat(
                        judgeAll(
                                Stream.concat(Stream.<String[]>of(another), Stream.of(history))
                                        .toArray(String[][]::new)))
                .isEmpty();
    }

    @Test
    void anAcquireOfUnknownOutcomeMayTakeEffectLateAndBeLostAtAnyTime() throws Exception {
        String[] untold = acquired("a", 1, "exclusive", "unknown");
        String[] valid = checked(9, "exclusive", 4, true);

        assertThat(judgeAll(untold, checked(3, "exclusive", 4, false), valid)).isEmpty();
        assertThat(judgeAll(checked(3, "exclusive", 4, false), valid)).hasSize(1);
        assertThat(judgeAll(untold, checked(3, "shared", 4, true))).hasSize(1);
        assertThat(judgeAll(untold, valid, checked(11, "exclusive", 4, false))).isEmpty();
        assertThat(
                        judgeAll(
                                untold,
                                valid,
                                checked(11, "exclusive", 4, false),
                                checked(13, "exclusive", 4, true)))
                .as("a lost lock does not come back under its generation")
                .hasSize(1);
        assertThat(judgeAll(untold, valid, checked(11, "exclusive", 5, true)))
                .as("it got one generation")
                .hasSize(1);
        assertThat(judgeAll(untold, valid, acquired("b", 11, "exclusive", "5"))).isEmpty();
        assertThat(judgeAll(untold, valid, acquired("b", 11, "exclusive", "4"))).hasSize(1);
        assertThat(judgeAll(untold, acquired("b", 3, "exclusive", "3"), valid))
                .as("b has it")
                .hasSize(1);
        assertThat(judgeAll(untold, acquired("b", 3, "exclusive", "3"), released("b", 5, 3), valid))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    nonsense                                    | h:1: not JSON
                    []                                          | h:1: not a JSON object
                    {"process":"a","type":"invoke"} {}          | h:1: one JSON object a line
                    {"process":"a","process":"b"}               | h:1: "process" is there twice
                    {"process":"a","type":1.5}                  | h:1: "type" is a text
                    {"type":"invoke"}                           | h:1: "process" is missing
                    {"process":"a","type":"begin"}              | h:1: "type" is invoke, ok,
                    {"process":"a","type":"ok","time":1}        | h:1: process a has no operation
                    {"process":"a","type":"invoke","operation":"read","time":1} | h:1: "key" is missing
                    {"process":"a","type":"invoke","operation":"append","key":"k","time":1} | h:1: "operation"
                    {"process":"a","type":"invoke","operation":"write","key":"k","time":1} | h:1: "value" is missing
                    {"process":"a","type":"invoke","operation":"read","key":"k","time":"1"} | h:1: "time" is a whole
                    {"process":"a","type":"invoke","operation":"acquire","key":"k","mode":"x","time":1} | h:1: "mode"
                    """)
    void mistakesAreNamedWithTheirLine(String line, String expected) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(History.Mistake.class)
                .message()
                .startsWith(expected);
    }

    @Test
    void linesMustFitTogether() {
        String read = invoke("a", 5, "'operation':'read','key':'k'");
        assertThatThrownBy(() -> read(read, read)).message().startsWith("h:2: process a has an");
        assertThatThrownBy(() -> read(read, line("a", "ok", 4, "'value':'x'")))
                .message()
                .startsWith("h:2: time goes back");
        assertThatThrownBy(() -> read(read, line("a", "ok", 6, ""))).message().contains("h:2:");
        assertThatThrownBy(() -> read(read, line("a", "ok", 6, "'key':'other'")))
                .message()
                .contains("not that of line 1");
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

    private static int run(Path... files) {
        StringWriter said = new StringWriter();
        CommandLine line = new CommandLine(new CheckHistoryCommand());
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        String[] arguments = new String[files.length];
        for (int i = 0; i < files.length; i++) {
            arguments[i] = files[i].toString();
        }
        int code = line.execute(arguments);
        assertThat(said.toString()).isNotEmpty();
        return code;
    }

    /// 100,000 operations of 20 processes on 5 files, every hundredth of unknown outcome: what a
    /// busy minute gives. One answer that is changed is found.
    @Test
    void aLongHistoryIsJudgedInSeconds() throws Exception {
        List<String> lines = recorded(new SplittableRandom(7), 100_000);
        History history = read(lines.toArray(String[]::new));
        assertThat(history.operations()).isEqualTo(100_000);
        assertThat(history.unknown()).isGreaterThan(300);
        long began = System.nanoTime();
        assertThat(HistoryJudge.judge(history)).isEmpty();
        System.out.printf("judged in %d ms%n", (System.nanoTime() - began) / 1_000_000);

        lines.add(invoke("late", 1L << 40, "'operation':'read','key':'k0'"));
        lines.add(line("late", "ok", 2L << 40, "'value':'v17'"));
        List<HistoryJudge.Finding> findings = judge(lines.toArray(String[]::new));
        System.out.printf("and found wrong in %d ms%n", (System.nanoTime() - began) / 1_000_000);
        assertThat(findings).hasSize(1);
    }

    private static List<String> recorded(SplittableRandom random, int operations) {
        record Ending(long time, String line) {}

        List<Ending> all = new ArrayList<>();
        String[] values = new String[5];
        String[] before = {"'none'", "'none'", "'none'", "'none'", "'none'"};
        long[] free = new long[20];
        for (int i = 0; i < operations; i++) {
            int process = random.nextInt(20);
            long called = free[process] + 1 + random.nextInt(50);
            all.add(new Ending(called, process + " " + i + " " + random.nextInt(5)));
            free[process] = called + 100 + random.nextInt(400);
        }
        all.sort(java.util.Comparator.comparingLong(Ending::time));
        // Each takes effect within the 50 that follow its call.
        List<Ending> effects = new ArrayList<>();
        for (Ending call : all) {
            effects.add(
                    new Ending(call.time() + random.nextInt(50), call.line() + " " + call.time()));
        }
        effects.sort(java.util.Comparator.comparingLong(Ending::time));
        List<Ending> lines = new ArrayList<>();
        for (Ending effect : effects) {
            String[] words = effect.line().split(" ");
            String key = "'key':'k" + words[2] + "'";
            int file = Integer.parseInt(words[2]);
            long called = Long.parseLong(words[3]);
            long returned = effect.time() + 1 + random.nextInt(50);
            boolean unknown = random.nextInt(100) == 0;
            String value = "'v" + words[1] + "'";
            String answer = "";
            String call;
            String type = unknown ? "unknown" : "ok";
            if (random.nextBoolean()) {
                call = "'operation':'read'," + key;
                answer = "'value':" + values[file];
            } else if (random.nextInt(3) > 0 || values[file] == null) {
                call = "'operation':'write'," + key + ",'value':" + value;
                before[file] = values[file] == null ? "'none'" : values[file];
                values[file] = value;
            } else {
                boolean fits = random.nextBoolean();
                String expected = fits ? values[file] : before[file];
                call = "'operation':'cas'," + key + ",'expected':" + expected + ",'value':" + value;
                if (fits) {
                    before[file] = values[file];
                    values[file] = value;
                } else if (!unknown) {
                    type = "fail";
                    answer = "'mismatch':true";
                }
            }
            lines.add(new Ending(called, invoke(words[0], called, call)));
            lines.add(new Ending(returned, line(words[0], type, returned, unknown ? "" : answer)));
        }
        lines.sort(java.util.Comparator.comparingLong(Ending::time));
        return new ArrayList<>(lines.stream().map(Ending::line).toList());
    }
}
