package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A replica whose disk is lost while the cell is under load is whole again, under a new
/// incarnation, with no command given (PAPER L1). A follower's disk first, then the master's.
@Timeout(240)
class RejoinIT {
    @Test
    void aReplicaWithoutItsDiskComesBackByItself() {
        try (RealCell cell = RealCell.start("snapshot.instances = 2000", "log.segment = 4 MiB");
                Ephor ephor = cell.connect();
                Writer writer = Writer.start(ephor, "/ls/local/load", 8, 200)) {
            writer.awaitMore(500);
            rejoins(cell, cell.awaitOther(), writer);
            rejoins(cell, cell.awaitMaster(), writer);
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();

            cell.awaitAgreement();
            // The two that came back are part of a majority now.
            cell.awaitMaster().kill();
            try (Ephor other = cell.connect()) {
                writer.assertNothingLost(other);
            }
        }
    }

    private static void rejoins(RealCell cell, Replica victim, Writer writer) {
        victim.kill();
        victim.wipe();
        writer.awaitMore(200);
        long began = System.nanoTime();
        victim.start();
        Await.until(
                victim + " to vote again",
                RealCell.PATIENCE,
                () -> {
                    writer.assertNoFailure();
                    return victim.isVoter(2);
                });
        System.out.printf(
                "rejoin: %s is whole again after %d ms%n",
                victim, (System.nanoTime() - began) / 1_000_000);
        writer.awaitMore(200);
        assertThat(victim.printed()).contains("asks to be admitted to the cell: the disk is empty");
        assertThat(cell.awaitMaster()).isNotNull();
    }
}
