package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
    private static final Duration WARM = Duration.ofMillis(1);
    private static final Duration MEASURE = Duration.ofMillis(50);

    private final FakePeer peer = new FakePeer("Fake");

    private Window run(String name) throws Exception {
        Case shape = Case.named(name).orElseThrow();
        try (Load load = Load.prepare(peer.variants(shape).getFirst(), shape)) {
            Window window = load.window(WARM, MEASURE);
            // On a machine that is busy with something else a short window may see nothing.
            for (int longer = 2; window.rate() == 0 && longer <= 64; longer *= 2) {
                window = load.window(WARM, MEASURE.multipliedBy(longer));
            }
            return window;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"write-10x5", "write-4x256x128", "read-100x128"})
    void operationsAreCountedAndTimed(String name) throws Exception {
        Window window = run(name);

        assertThat(window.rate()).isPositive();
        assertThat(window.p50()).isPositive();
        assertThat(window.p999()).isGreaterThanOrEqualTo(window.p50());
        assertThat(window.errors()).isZero();
        assertThat(window.usage().seconds()).isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void aWriterKeepsToItsFile() throws Exception {
        run("write-1x5");

        assertThat(peer.calls).contains("create 0", "WRITE 0").doesNotContain("WRITE 1");
    }

    @Test
    void readersGoRoundTheFiles() throws Exception {
        run("read-100x128");

        assertThat(peer.calls).contains("create 0", "create 999", "READ 1", "READ 2");
    }

    @Test
    void everyConnectionIsClosed() throws Exception {
        run("write-10x5");

        assertThat(peer.open).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"write-10x5", "write-4x256x128"})
    void aPeerThatOnlyFailsEndsTheRun(String name) {
        peer.failing = true;

        assertThatThrownBy(() -> run(name))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("refused");
        assertThat(peer.open).isZero();
    }
}
