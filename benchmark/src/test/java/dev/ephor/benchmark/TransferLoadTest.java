package dev.ephor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransferLoadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FakePeer peer = new FakePeer("Fake");

    private TransferLoad start(String shape) throws Exception {
        return TransferLoad.start(peer, TransferLoad.Shape.parse(shape).orElseThrow());
    }

    @Test
    void aShapeIsReadAsItIsPrinted() {
        assertThat(TransferLoad.Shape.parse("10x50").map(TransferLoad.Shape::text))
                .contains("10x50");
        assertThat(TransferLoad.Shape.parse("10x50").map(TransferLoad.Shape::clients)).contains(10);
        assertThat(TransferLoad.Shape.parse("0x50")).isEmpty();
        assertThat(TransferLoad.Shape.parse("10")).isEmpty();
    }

    @Test
    void everyClientWritesAFileOfItsOwn() throws Exception {
        try (TransferLoad load = start("3x1000")) {
            load.mark();
            load.awaitEach(PATIENCE);

            assertThat(load.longest()).isPositive();
            assertThat(peer.calls).contains("WRITE 0", "WRITE 1", "WRITE 2");
            assertThat(peer.open).isEqualTo(3);
        }
        assertThat(peer.open).isZero();
    }

    @Test
    void whatFailsIsCountedAndIsNoAnswer() throws Exception {
        try (TransferLoad load = start("1x1000")) {
            load.awaitEach(PATIENCE);
            peer.failing = true;

            assertThatThrownBy(() -> load.awaitEach(Duration.ofMillis(200)))
                    .hasMessageContaining("no answers");
            assertThat(load.errors()).isPositive();
        }
    }
}
