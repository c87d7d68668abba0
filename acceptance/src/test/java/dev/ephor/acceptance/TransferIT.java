package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mastership is handed over by a command, and by a master that is stopped in good order: clients
/// wait for a moment, and notice nothing else (PAPER L3).
@Timeout(240)
class TransferIT {
    private static final int ROUNDS = 9;

    /// How long it takes is measured here and asserted where time is simulated (`HandOverTest`):
    /// only a fault takes as long as this, however busy the machine is.
    private static final Duration FAULT = Duration.ofSeconds(3);

    @Test
    void clientsHardlyNoticeAHandOver() {
        try (RealCell cell = RealCell.start();
                Ephor ephor = cell.connect();
                Writer writer = Writer.start(ephor, "/ls/local/load", 1, 100)) {
            Operator operator = new Operator(cell);
            List<SessionState> states = new CopyOnWriteArrayList<>();
            ephor.onState(states::add);
            List<Duration> gaps = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                writer.awaitMore(50);
                Replica before = cell.awaitMaster();
                long began = System.nanoTime();
                operator.does("master", "transfer");
                writer.awaitMore(50);
                gaps.add(writer.longestGap(began));
                assertThat(cell.awaitMaster()).isNotSameAs(before);
            }
            Replica named = cell.awaitOther();
            operator.does("master", "transfer", "--to", named.number() + "");
            assertThat(cell.awaitMaster()).isSameAs(named);

            long began = System.nanoTime();
            writer.awaitMore(50);
            named.terminate();
            writer.awaitMore(50);
            Duration stopped = writer.longestGap(began);
            System.out.printf(
                    "hand-over: gaps of %s, the median is %s; by a stopping master %s%n",
                    gaps, gaps.stream().sorted().toList().get(ROUNDS / 2), stopped);
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            assertThat(states).isEmpty();
            gaps.add(stopped);
            assertThat(gaps).allMatch(gap -> gap.compareTo(FAULT) < 0);
        }
    }
}
