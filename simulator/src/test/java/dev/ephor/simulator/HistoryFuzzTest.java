package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever stands in a recorded history: it is judged, or the line that is wrong is named.
class HistoryFuzzTest {
    private static final String FILES =
            """
            {"process":"1","type":"invoke","operation":"write","key":"k","value":"a","time":1}
            {"process":"2","type":"invoke","operation":"read","key":"k","time":2}
            {"process":"1","type":"ok","time":3}
            {"process":"2","type":"ok","value":"a","time":4}
            {"process":"2","type":"invoke","operation":"cas","key":"k","expected":null,"value":"b","time":5}
            {"process":"2","type":"fail","mismatch":true,"time":6}
            """;

    private static final String LOCKS =
            """
            {"process":1,"type":"invoke","operation":"acquire","key":"l","mode":"shared","time":1}
            {"process":1,"type":"ok","value":7,"time":2}
            {"process":2,"type":"invoke","operation":"check","key":"l","mode":"shared","value":7,"time":3}
            {"process":2,"type":"ok","value":true,"time":4}
            {"process":1,"type":"invoke","operation":"release","key":"l","value":7,"time":5}
            {"process":1,"type":"unknown","time":6}
            """;

    private static final String STALE =
            """
            {"process":"1","type":"invoke","operation":"write","key":"k","value":"a","time":1}
            {"process":"1","type":"ok","time":2}

            {"process":"2","type":"invoke","operation":"read","key":"k","time":3}
            {"process":"2","type":"ok","value":null,"time":4}
            """;

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreHistories() throws IOException {
        Seeds.of(HistoryFuzzTest.class)
                .add("history", "files", FILES.getBytes(StandardCharsets.UTF_8))
                .add("history", "locks", LOCKS.getBytes(StandardCharsets.UTF_8))
                .add("history", "stale", STALE.getBytes(StandardCharsets.UTF_8))
                .check();
        assertThat(verdicts(FILES)).isEmpty();
        assertThat(verdicts(LOCKS)).isEmpty();
        assertThat(verdicts(STALE)).hasSize(1);
    }

    /// Blank lines say nothing.
    @FuzzTest
    void history(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.UTF_8);
        assertThat(verdicts("\n" + text.replace("\n", "\n \n"))).isEqualTo(verdicts(text));
    }

    /// What contradicts itself, or that the text is no history.
    private static List<String> verdicts(String text) throws IOException {
        HistoryReader reader = new HistoryReader();
        try {
            reader.read("fuzz", new BufferedReader(new StringReader(text)));
        } catch (History.Mistake mistake) {
            assertThat(mistake.getMessage()).matches("(?s)fuzz:[1-9][0-9]*: .+");
            return List.of("a mistake");
        }
        return HistoryJudge.judge(reader.history()).stream()
                .map(finding -> finding.name() + ": " + finding.contradiction().getClass())
                .toList();
    }
}
