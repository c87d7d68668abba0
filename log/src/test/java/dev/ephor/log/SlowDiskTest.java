package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Slow is not dead, but who stays slow while others are not should not be master.
class SlowDiskTest {
    private static final long MILLI = 1_000_000;

    private VirtualCell cell;
    private Node first;
    private int submitted;

    @BeforeEach
    void start() throws IOException {
        cell = new VirtualCell(3, LogSettings.DEFAULT.withSegments(1 << 16, 1 << 12), 5);
        cell.startAll();
        first = cell.awaitMaster();
        for (Node node : cell.nodes()) {
            node.flushNanos = MILLI;
        }
        write(1_000);
    }

    /// Writes all the time, for so long.
    private void write(long millis) {
        long until = cell.now() + millis * MILLI;
        while (cell.now() < until) {
            cell.submit("command " + ++submitted);
            cell.run(20);
        }
    }

    private boolean handedOver() {
        return first.told.stream().anyMatch(line -> line.contains("its disk is slow"));
    }

    @Test
    void aMasterWhoseDiskStaysSlowHandsOver() {
        first.flushNanos = 200 * MILLI;
        write(2_500);
        assertThat(handedOver()).isFalse();
        write(3_000);
        assertThat(handedOver()).isTrue();
        Node second = cell.awaitMaster();
        assertThat(second).isNotSameAs(first);
        write(5_000);
        assertThat(cell.awaitMaster()).isSameAs(second);
        cell.await(5_000, () -> first.application.commands().size() == submitted);
        assertThat(first.application.commands()).isEqualTo(second.application.commands());
    }

    /// What it commits meanwhile does not wait for its own disk.
    @Test
    void aSlowMasterCommitsWithTheOthersAcknowledgements() {
        first.flushNanos = 2_000 * MILLI;
        long begun = cell.now();
        for (int i = 0; i < 50; i++) {
            cell.submit("command " + ++submitted);
        }
        assertThat(cell.now() - begun).isLessThan(1_000 * MILLI);
        assertThat(first.status().diskDelay()).isGreaterThan(100 * MILLI);
    }

    @Test
    void slowForAMomentIsNotSlow() {
        for (int i = 0; i < 5; i++) {
            first.flushNanos = 200 * MILLI;
            write(2_000);
            first.flushNanos = MILLI;
            write(2_000);
        }
        assertThat(handedOver()).isFalse();
        assertThat(cell.awaitMaster()).isSameAs(first);
        assertThat(first.status().diskDelay()).isBetween(MILLI / 2, 5 * MILLI);
    }

    /// Nobody else would do better.
    @Test
    void whereAllAreSlowNobodyHandsOver() {
        for (Node node : cell.nodes()) {
            node.flushNanos = 200 * MILLI;
        }
        write(20_000);
        assertThat(handedOver()).isFalse();
        assertThat(cell.awaitMaster()).isSameAs(first);
    }

    /// Without this disk there is no majority, whoever is master.
    @Test
    void whereTheSlowDiskIsNeededNobodyHandsOver() {
        cell.node(first == cell.node(1) ? 2 : 1).crash();
        first.flushNanos = 200 * MILLI;
        write(10_000);
        assertThat(handedOver()).isFalse();
        assertThat(cell.awaitMaster()).isSameAs(first);
    }

    @Test
    void anIdleDiskIsNeitherSlowNorFast() {
        first.flushNanos = 200 * MILLI;
        cell.run(20_000);
        assertThat(handedOver()).isFalse();
        assertThat(first.status().diskDelay()).isZero();
    }
}
