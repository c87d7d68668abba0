package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.HistoryRecorder.Fields;
import org.junit.jupiter.api.Test;

/// The lines of a history (docs/HISTORY.md).
class HistoryRecorderTest {
    private final StringBuilder out = new StringBuilder();
    private final HistoryRecorder recorder = new HistoryRecorder(out);
    private long now = 10;

    private HistoryRecorder.Running begin(String value) {
        return recorder.begin(
                "7", () -> now++, RecordedEphor.operation("write", "/f").put("value", value));
    }

    @Test
    void aCallIsTwoLines() {
        begin("x").end("ok", () -> 20, null);

        assertThat(out)
                .hasToString(
                        """
                        {"process": "7.1", "type": "invoke", "operation": "write", "key": "/f", \
                        "value": "x", "time": 10}
                        {"process": "7.1", "type": "ok", "time": 20}
                        """);
    }

    @Test
    void whatOverlapsIsOfSeveralProcesses() {
        HistoryRecorder.Running first = begin("a");
        HistoryRecorder.Running second = begin("b");
        first.end("unknown", () -> now, null);
        HistoryRecorder.Running third = begin("c");
        third.end("ok", () -> now, new Fields().put("value", 5).put("valid", true));
        second.end("fail", () -> now, new Fields().put("none", (String) null));

        assertThat(
                        out.toString()
                                .lines()
                                .map(line ->
                                        line.replaceAll(".*\"process\": \"([^\"]*)\".*", "$1")))
                .containsExactly("7.1", "7.2", "7.1", "7.1", "7.1", "7.2");
        assertThat(out).contains("\"value\": 5, \"valid\": true").contains("\"none\": null");
    }

    /// A lock that was lost is given back as of the last time at which it was certain.
    @Test
    void whatBeganBeforeIsOfAnotherProcess() {
        begin("a").end("ok", () -> 40, null);
        recorder.begin("7", () -> 30, RecordedEphor.operation("read", "/f"))
                .end("unknown", () -> 41, null);
        now = 42;
        begin("b");

        assertThat(out.toString().lines().filter(line -> line.contains("invoke")))
                .satisfiesExactly(
                        first -> assertThat(first).contains("7.1").contains("\"time\": 10"),
                        past -> assertThat(past).contains("7.2").contains("\"time\": 30"),
                        next -> assertThat(next).contains("7.1").contains("\"time\": 42"));
    }

    @Test
    void textsAreQuoted() {
        begin("a\"b\\c\n\u00e9\ud83d\ude00");

        assertThat(out).contains("\"a\\\"b\\\\c\\u000a\u00e9\\ud83d\\ude00\"");
    }
}
