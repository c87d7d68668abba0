package dev.ephor.simulator;

import static dev.ephor.simulator.Histories.invoke;
import static dev.ephor.simulator.Histories.judge;
import static dev.ephor.simulator.Histories.line;
import static dev.ephor.simulator.Histories.read;
import static dev.ephor.simulator.Histories.staleRead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Histories in files, as docs/HISTORY.md describes them.
class HistoryTest {
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
    void fieldsThatAreNotAskedForAreIgnoredWhateverTheyHold() throws Exception {
        String others =
                "'more':{'value':[1,{'x':2}]},'list':[[]],'ratio':1.5,'id':%s,'twice':1,'twice':2"
                        .formatted("9".repeat(40));
        History history =
                read(
                        "\uFEFF"
                                + invoke(
                                        "a",
                                        1,
                                        "'operation':'read','key':'k','value':[0]," + others),
                        line("a", "ok", 2, others + ",'value':null"));
        assertThat(history.operations()).isEqualTo(1);
        assertThat(HistoryJudge.judge(history)).isEmpty();

        String read = "'operation':'read','key':'k'";
        assertThatThrownBy(() -> read(invoke("a", 1, read), line("a", "ok", 2, "'value':[1]")))
                .message()
                .startsWith("h:2: \"value\" is a text, a whole number");
        assertThatThrownBy(() ->
                        read("{'process':1,'type':'ok'".replace('\'', '"') + ",\"time\":1e3}"))
                .isInstanceOf(History.Mistake.class);
        assertThatThrownBy(() -> read(invoke("a", 1, read + ",'time':2")))
                .message()
                .isEqualTo("h:1: \"time\" is there twice");
    }

    @Test
    void linesMustFitTogether() {
        String read = invoke("a", 5, "'operation':'read','key':'k'");
        assertThatThrownBy(() -> read(read, read)).message().startsWith("h:2: process a has an");
        assertThatThrownBy(() -> read(read, line("a", "ok", 4, "'value':'x'")))
                .message()
                .startsWith("h:2: time goes back");
        String earlier = invoke("a", 7, "'operation':'read','key':'k'");
        assertThatThrownBy(() -> read(read, line("a", "ok", 8, "'value':'x'"), earlier))
                .message()
                .startsWith("h:3: time goes back: an operation of process a ended at 8 (line 2)");
        assertThatThrownBy(() -> read(read, line("a", "ok", 6, ""))).message().contains("h:2:");
        assertThatThrownBy(() -> read(read, line("a", "ok", 6, "'key':'other'")))
                .message()
                .contains("not that of line 1");
    }

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
