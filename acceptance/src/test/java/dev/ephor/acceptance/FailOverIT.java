package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `kill -9` of the master under continuous writes: writes are acknowledged again within three
/// seconds at default settings, nothing that was acknowledged is lost, and the client's program
/// sees nothing of it. Three times in a row.
@Timeout(150)
class FailOverIT {
    private static final Duration LONGEST_GAP = Duration.ofSeconds(3);

    @Test
    void writesGoOnWithinThreeSecondsOfTheMastersDeath() {
        try (RealCell cell = RealCell.start();
                Ephor ephor = cell.connect()) {
            List<SessionState> states = new CopyOnWriteArrayList<>();
            ephor.onState(states::add);
            try (Writer one = Writer.start(ephor, "/ls/local/one-by-one", 1, 100);
                    Writer many = Writer.start(ephor, "/ls/local/many", 16, 100)) {
                for (int round = 1; round <= 3; round++) {
                    killTheMaster(cell, List.of(one, many), round);
                }
                one.stop(RealCell.PATIENCE);
                many.stop(RealCell.PATIENCE);
                try (Ephor other = cell.connect()) {
                    one.assertNothingLost(other);
                    many.assertNothingLost(other);
                }
            }
            assertThat(states).as("what the program heard of its session").isEmpty();
            cell.awaitAgreement();
        }
    }

    private static void killTheMaster(RealCell cell, List<Writer> writers, int round) {
        writers.forEach(writer -> writer.awaitMore(50));
        Replica master = cell.awaitMaster();
        long killedAt = System.nanoTime();
        master.kill();
        writers.forEach(writer -> writer.awaitMore(50));
        for (Writer writer : writers) {
            Duration gap = writer.longestGap(killedAt);
            System.out.printf(
                    "fail-over %d: %d ms without an acknowledged write%n", round, gap.toMillis());
            assertThat(gap).as("gap in round %d", round).isLessThanOrEqualTo(LONGEST_GAP);
            writer.assertNoFailure();
        }
        master.start();
        Await.until(
                master + " to be back",
                RealCell.PATIENCE,
                () -> master.status().filter(status -> status.getLag() < 100).isPresent());
    }
}
