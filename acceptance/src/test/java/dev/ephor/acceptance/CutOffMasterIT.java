package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Nothing gets through between clients and the master, and the wires between the replicas are
/// whole: it is master as before, and of no use. Another one that clients reach takes its place
/// (PAPER L3).
@Timeout(240)
class CutOffMasterIT {
    @Test
    void aMasterThatClientsDoNotReachHandsOver() {
        try (RealCell cell = RealCell.startRelayed("session.lease = 4s");
                Ephor ephor = connect(cell);
                Writer writer = Writer.start(ephor, "/ls/local/load", 1, 100)) {
            List<SessionState> states = new CopyOnWriteArrayList<>();
            ephor.onState(states::add);
            writer.awaitMore(50);
            Replica old = cell.awaitMaster();
            long began = System.nanoTime();
            cell.relays().get(old.number() - 1).cut();
            writer.awaitMore(50);
            Duration gap = writer.longestGap(began);
            System.out.printf("cut off from clients: no write acknowledged for %s%n", gap);

            assertThat(cell.awaitMaster()).isNotSameAs(old);
            assertThat(old.isRunning()).isTrue();
            assertThat(old.printed()).contains("while clients reach replica");
            cell.relays().get(old.number() - 1).heal();
            writer.awaitMore(50);
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            assertThat(states).doesNotContain(SessionState.EXPIRED);
            writer.assertNothingLost(ephor);
        }
    }

    private static Ephor connect(RealCell cell) {
        String[] addresses =
                cell.relays().stream()
                        .map(relay -> "127.0.0.1:" + relay.port())
                        .toArray(String[]::new);
        return Ephor.builder().connectTimeout(RealCell.PATIENCE).connect(addresses);
    }
}
