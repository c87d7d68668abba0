package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final Case WRITES = Case.named("write-10x5").orElseThrow();
    private static final Variant VARIANT =
            new Variant(new FakePeer("Fake"), Placement.LEADER, Operation.WRITE, true);

    private static Window window(int operations, long micros, long errors) {
        Histogram nanos = Window.histogram();
        nanos.recordValueWithCount(micros * 1_000, operations);
        return Window.of(nanos, errors, new Usage(2, 0.25, 0.5, 0.25, 0.5, 0.1, operations));
    }

    @Test
    void everyColumnIsTheMedianByItself() {
        Summary summary =
                Summary.of(
                        WRITES,
                        VARIANT,
                        List.of(window(200, 30, 0), window(400, 10, 0), window(600, 20, 0)));

        assertThat(summary.rate()).isEqualTo(200);
        assertThat(summary.slowest()).isEqualTo(100);
        assertThat(summary.fastest()).isEqualTo(300);
        assertThat(summary.p50()).isBetween(20.0, 20.1);
    }

    @Test
    void ofAnEvenNumberTheMiddleTwoCount() {
        Summary summary =
                Summary.of(WRITES, VARIANT, List.of(window(200, 10, 0), window(400, 10, 0)));

        assertThat(summary.rate()).isEqualTo(150);
    }

    @Test
    void errorsAreSummed() {
        Summary summary =
                Summary.of(WRITES, VARIANT, List.of(window(200, 10, 1), window(200, 10, 2)));

        assertThat(summary.errors()).isEqualTo(3);
    }

    @Test
    void cpuOfAnOperationIsThatOfAllWhoTookPart() {
        // One core in all, 100 operations a second: a hundredth of a second each.
        Summary summary = Summary.of(WRITES, VARIANT, List.of(window(200, 10, 0)));

        assertThat(summary.cpuPerOperation()).isEqualTo(10_000);
        assertThat(summary.flushesPerOperation()).isEqualTo(2);
    }
}
