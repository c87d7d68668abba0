package dev.ephor.simulator;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.List;

/// Lines of histories, as docs/HISTORY.md describes them.
final class Histories {
    private Histories() {}

    static History read(String... lines) throws Exception {
        HistoryReader reader = new HistoryReader();
        reader.read("h", new BufferedReader(new StringReader(String.join("\n", lines))));
        return reader.history();
    }

    static List<HistoryJudge.Finding> judge(String... lines) throws Exception {
        return HistoryJudge.judge(read(lines));
    }

    static String invoke(String process, long time, String rest) {
        return line(process, "invoke", time, rest);
    }

    static String line(String process, String type, long time, String rest) {
        return "{\"process\":\"%s\",\"type\":\"%s\",\"time\":%d%s}"
                .formatted(
                        process, type, time, rest.isEmpty() ? "" : "," + rest.replace('\'', '"'));
    }

    static String[] lines(String... lines) {
        return lines;
    }

    static String[] staleRead() {
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

    static String[] locked(int second, String release) {
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
}
