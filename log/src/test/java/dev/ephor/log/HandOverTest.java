package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How long a cell is without a master when mastership is handed over, counted in messages and
/// flushes, which is all that it may wait for (docs/PROTOCOL.md, S17); and that everybody knows at
/// once where to send clients.
class HandOverTest {
    private static final long MILLI = 1_000_000;
    private static final long FLUSH = 5 * MILLI;

    /// There and back, at most.
    private static final long ROUND_TRIP = 2 * MILLI;

    private VirtualCell cell;
    private Node old;

    @BeforeEach
    void start() throws IOException {
        cell = new VirtualCell(3, LogSettings.DEFAULT.withSegments(1 << 16, 1 << 12), 11);
        cell.startAll();
        old = cell.awaitMaster();
        cell.nodes().forEach(node -> node.flushNanos = FLUSH);
        cell.submit("first");
        cell.run(500);
    }

    private long gap(Optional<Integer> to) {
        long begun = cell.now();
        old.log().transferMastership(to, "test");
        cell.await(1_000, () -> cell.master() != null && cell.master() != old);
        return cell.now() - begun;
    }

    @Test
    void nothingIsWaitedForButMessagesAndFlushes() {
        List<Long> gaps = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            cell.submit("command " + round);
            // Any time between two ticks.
            cell.run(100 + 7 * round);
            gaps.add(gap(Optional.empty()));
            old = cell.awaitMaster();
        }
        assertThat(Collections.max(gaps))
                .as("the longest of %s", gaps)
                .isLessThanOrEqualTo(4 * ROUND_TRIP + 3 * FLUSH);
    }

    /// Clients are sent where the status says.
    @Test
    void whoIsNoMasterAnyMoreNamesTheNextOneAtOnce() {
        Node next = cell.node(old.number % 3 + 1);
        old.log().transferMastership(Optional.of(next.number), "test");
        cell.await(1_000, () -> old.application.mastership() == null);
        assertThat(old.status().role()).isEqualTo(Role.REPLICA);
        assertThat(old.status().master()).contains(ReplicaId.of(next.number));
        assertThat(next.application.mastership()).isNull();

        cell.await(1_000, () -> next.application.mastership() != null);
        assertThat(next.status().role()).isEqualTo(Role.MASTER);
        assertThat(next.status().master()).contains(ReplicaId.of(next.number));
    }

    /// In between it is better to name nobody than the one who is not master any more.
    @Test
    void whoIsToldToTakeOverSendsNobodyBack() {
        Node next = cell.node(old.number % 3 + 1);
        assertThat(next.status().master()).contains(ReplicaId.of(old.number));
        old.log().transferMastership(Optional.of(next.number), "test");
        cell.await(1_000, () -> next.status().role() == Role.CANDIDATE);
        assertThat(next.status().master()).isEmpty();
    }

    /// A hint is for the time in which nobody says that he is coordinator.
    @Test
    void whoHandedOverForgetsToWhomOnceThatOneIsGone() {
        Node second = cell.node(old.number % 3 + 1);
        Node third = cell.node(second.number % 3 + 1);
        gap(Optional.of(second.number));
        cell.run(1_000);
        second.log().transferMastership(Optional.of(old.number), "test");
        third.crash();
        cell.await(5_000, () -> old.status().role() == Role.CANDIDATE);
        assertThat(old.status().master()).isEmpty();
    }
}
