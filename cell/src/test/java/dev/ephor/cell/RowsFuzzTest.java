package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever stands in a row of the database: it is what the cell wrote there, or it is malformed.
class RowsFuzzTest {
    private static final String HANDLES = "e/a";

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreRowsOfEveryKind() throws IOException {
        Seeds seeds = Seeds.of(RowsFuzzTest.class);
        Map<String, Integer> count = new TreeMap<>();
        RowsTest.rows()
                .forEach(row -> {
                    String fuzzTest =
                            switch (row) {
                                case NodeRow _ -> "node";
                                case LockRow _ -> "lock";
                                case LockDelay _ -> "delay";
                                case SessionRow _ -> "session";
                                case Belonging _ -> "belonging";
                                case Counters _ -> "counters";
                                case Answer _ -> "outcome";
                                default -> throw new AssertionError(row);
                            };
                    int number = count.merge(fuzzTest, 1, Integer::sum);
                    seeds.add(fuzzTest, "" + number, RowsTest.encode(row).toByteArray());
                });
        seeds.add("key", "opener", utf8(Keys.number(70_000) + Keys.number(12)));
        seeds.add("key", "number", utf8(Keys.number(Long.MAX_VALUE)));
        seeds.check();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @FuzzTest
    void node(byte[] input) {
        readAndWrite(input, NodeRow::decode, NodeRow::encode);
    }

    @FuzzTest
    void lock(byte[] input) {
        readAndWrite(input, LockRow::decode, LockRow::encode);
    }

    @FuzzTest
    void delay(byte[] input) {
        readAndWrite(input, LockDelay::decode, LockDelay::encode);
    }

    @FuzzTest
    void session(byte[] input) {
        readAndWrite(input, SessionRow::decode, SessionRow::encode);
    }

    @FuzzTest
    void belonging(byte[] input) {
        readAndWrite(input, Belonging::decode, Belonging::encode);
    }

    @FuzzTest
    void counters(byte[] input) {
        readAndWrite(input, Counters::decode, Counters::encode);
    }

    @FuzzTest
    void outcome(byte[] input) {
        readAndWrite(input, Outcomes::decode, Outcomes::encode);
    }

    private static <R> void readAndWrite(
            byte[] input, Function<Bytes, R> decode, Function<R, Bytes> encode) {
        Bytes bytes = Bytes.wrap(input);
        try {
            assertThat(encode.apply(decode.apply(bytes))).isEqualTo(bytes);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// The numbers at the end of a key.
    @FuzzTest
    void key(byte[] input) {
        String end = new String(input, StandardCharsets.UTF_8);
        try {
            assertThat(Keys.number(Keys.numberAfter(end, 0))).isEqualTo(end);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
        try {
            Keys.Opener opener = Keys.openerAfter(HANDLES + end, HANDLES.length());
            assertThat(Keys.number(opener.session()) + Keys.number(opener.serial())).isEqualTo(end);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }
}
