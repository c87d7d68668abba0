package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.StatusReply;
import dev.ephor.client.Ephor;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A replica that was down while 100,000 writes happened, and whose part of the log the others have
/// given up after a snapshot, catches up: it fetches a snapshot, then the rest.
@Timeout(240)
class CatchUpIT {
    private static final int WRITERS = 4;
    private static final int WRITES = 25_000;

    /// Together more than what the master keeps in memory for replicas that are a little behind.
    private static final int BYTES = 600;

    @Test
    void aReplicaThatWasLongAwayFetchesASnapshotAndIsLikeTheOthersThen() {
        try (RealCell cell =
                        RealCell.start(
                                "log.segment = 4 MiB",
                                "snapshot.bytes = 4 MiB",
                                "snapshot.instances = 5000");
                Ephor ephor = cell.connect()) {
            Replica away = cell.awaitOther();
            ephor.put("/ls/local/before", "it goes");
            long known = cell.awaitAgreement().getFirst().getApplied();
            away.kill();

            List<Writer> writers = writeAll(ephor);

            assertThat(writers.stream().mapToInt(Writer::acknowledged).sum())
                    .isEqualTo(WRITERS * WRITES);
            assertThat(cell.replicas().stream().filter(Replica::isRunning))
                    .as("the log that the others have begins later than where the one went away")
                    .allSatisfy(replica -> assertThat(logStart(replica)).isGreaterThan(known));

            away.start();
            List<StatusReply> agreed = cell.awaitAgreement();
            assertThat(away.printed()).contains("snapshot installed at instance");
            assertThat(agreed.get(away.number() - 1).getSnapshot()).isGreaterThan(known);
            cell.awaitMaster().kill();
            try (Ephor other = cell.connect()) {
                writers.forEach(writer -> writer.assertNothingLost(other));
            }
        }
    }

    private static List<Writer> writeAll(Ephor ephor) {
        List<Writer> writers =
                IntStream.range(0, WRITERS)
                        .mapToObj(i ->
                                Writer.startRound(
                                        ephor, "/ls/local/writer-" + i, 128, BYTES, WRITES, 250))
                        .toList();
        writers.forEach(writer -> writer.awaitEnd(Duration.ofSeconds(150)));
        writers.forEach(Writer::assertNoFailure);
        return writers;
    }

    private static long logStart(Replica replica) {
        return replica.status().orElseThrow().getLogStart();
    }
}
