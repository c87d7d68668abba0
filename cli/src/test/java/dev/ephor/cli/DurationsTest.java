package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, 500",
        "5s, 5000",
        "1.5m, 90000",
        "2h, 7200000",
        "1d, 86400000",
        "3, 3000",
        "0, 0",
        "2S, 2000"
    })
    void reads(String text, long millis) {
        assertThat(new Durations().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "5 apples", "1e3", "5s5", "99999999999s", "ms"})
    void refuses(String text) {
        assertThatThrownBy(() -> new Durations().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is not a duration");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1900, 1.9 s",
        "99949, 99.9 s",
        "200000, 3 min 20 s",
        "7200000, 2 h 0 min"
    })
    void shows(long millis, String text) {
        assertThat(Durations.show(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
