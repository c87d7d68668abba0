package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.SessionState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// All five replicas are replaced by others, one by one, under load (PAPER L5). The client, which
/// was told of the first five only, sees nothing of it: no request fails, its session and its lock
/// stay.
@Timeout(300)
class ReplaceAllIT {
    @Test
    void noRequestFailsWhileEveryReplicaIsReplaced() {
        try (RealCell cell = RealCell.start("snapshot.instances = 2000", "log.segment = 4 MiB");
                Ephor ephor = cell.connect()) {
            Operator operator = new Operator(cell);
            List<SessionState> states = new CopyOnWriteArrayList<>();
            ephor.onState(states::add);
            HeldLock lock = ephor.lock("/ls/local/held", LockMode.EXCLUSIVE);
            try (Writer writer = Writer.start(ephor, "/ls/local/load", 8, 200)) {
                writer.awaitMore(500);
                for (int number = 1; number <= 5; number++) {
                    long began = System.nanoTime();
                    Replica newcomer = cell.newcomer().startAsApplicant();
                    operator.does("replica", "replace", number + "", "by", number + 5 + "");
                    assertThat(newcomer.isVoter()).as(newcomer + " votes").isTrue();
                    cell.retire(cell.replica(number));
                    writer.awaitMore(200);
                    System.out.printf(
                            "replica %d replaced in %d ms; longest gap of writes %d ms%n",
                            number,
                            (System.nanoTime() - began) / 1_000_000,
                            writer.longestGap(began).toMillis());
                }
                writer.stop(RealCell.PATIENCE);
                writer.assertNoFailure();
                assertThat(lock.isValid()).as("the lock is still held").isTrue();
                assertThat(states).as("what the program heard of its session").isEmpty();
                cell.awaitAgreement();
                try (Ephor other = cell.connect()) {
                    writer.assertNothingLost(other);
                }
            }
        }
    }
}
