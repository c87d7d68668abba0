package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapTest {
    private static Gap gap(String load, boolean first, int millis, boolean done) {
        return new Gap(load, first, Duration.ofMillis(millis), Duration.ofMillis(3), done, 1);
    }

    @Test
    void firstAndLaterTimesAreTwoRowsOfALoad() {
        List<List<String>> table =
                Gap.table(
                        List.of(
                                gap("1x100", true, 120, true),
                                gap("1x100", false, 20, true),
                                gap("1x100", true, 80, false),
                                gap("10x50", false, 30, true)));

        assertThat(table.stream().skip(1).map(row -> String.join(" ", row)))
                .containsExactly(
                        "1x100 first time 2 80.0 120.0 120.0 1 3.0 3.0 1 2",
                        "1x100 again 1 20.0 20.0 20.0 1 3.0 3.0 0 1",
                        "10x50 again 1 30.0 30.0 30.0 1 3.0 3.0 0 1");
        assertThat(table).allSatisfy(row -> assertThat(row).hasSameSizeAs(table.getFirst()));
    }

    @Test
    void percentilesAreThoseThatOccurred() {
        List<Gap> gaps = new ArrayList<>();
        for (int millis = 10; millis >= 1; millis--) {
            gaps.add(gap("1x100", true, millis, true));
        }

        assertThat(Gap.table(gaps).get(1).subList(3, 6)).containsExactly("5.0", "9.0", "10.0");
    }
}
