package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `kill -9` of all five replicas at once under pipelined writes, and a restart: no acknowledged
/// write is lost, and what was under way then takes effect once.
@Timeout(150)
class PowerCutIT {
    @Test
    void noAcknowledgedWriteIsLostWhenAllReplicasAreKilledAtOnce() {
        try (RealCell cell = RealCell.start();
                Ephor ephor = cell.connect();
                Ephor another = cell.connect()) {
            List<Writer> writers =
                    IntStream.range(0, 4)
                            .mapToObj(i ->
                                    Writer.start(
                                            i < 2 ? ephor : another,
                                            "/ls/local/writer-" + i,
                                            64,
                                            256))
                            .toList();
            for (int round = 0; round < 2; round++) {
                writers.forEach(writer -> writer.awaitMore(300));
                cutThePower(cell);
                cell.replicas().forEach(Replica::start);
                cell.awaitMaster();
            }
            writers.forEach(writer -> writer.awaitMore(100));
            writers.forEach(writer -> writer.stop(RealCell.PATIENCE));
            writers.forEach(Writer::assertNoFailure);
            try (Ephor other = cell.connect()) {
                writers.forEach(writer -> writer.assertNothingLost(other));
            }
            cell.awaitAgreement();
        }
    }

    private static void cutThePower(RealCell cell) {
        cell.replicas().forEach(replica -> replica.program().killAtOnce());
        cell.replicas().forEach(Replica::kill);
        assertThat(cell.replicas()).noneMatch(Replica::isRunning);
    }
}
