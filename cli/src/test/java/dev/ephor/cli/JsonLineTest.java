package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    @Test
    void isOneLineInTheOrderOfItsMembers() {
        JsonLine line =
                new JsonLine()
                        .put("text", "a \"b\"\n\u0001ü")
                        .put("number", Long.MAX_VALUE)
                        .put("flag", true)
                        .putMillis("ms", 1_234_567)
                        .put("list", List.of("x", "y"))
                        .put("object", inner -> inner.put("z", 1));

        assertThat(line)
                .hasToString(
                        "{\"text\":\"a \\\"b\\\"\\n\\u0001ü\",\"number\":9223372036854775807,"
                                + "\"flag\":true,\"ms\":1.235,\"list\":[\"x\",\"y\"],"
                                + "\"object\":{\"z\":1}}");
    }

    @Test
    void canBeShownTwice() {
        JsonLine line = new JsonLine().put("a", 1);

        assertThat(line.toString()).isEqualTo(line.toString()).isEqualTo("{\"a\":1}");
    }
}
