package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A cell grows from one replica to three, five and seven, and shrinks back to one, under load
/// (PAPER L5).
@Timeout(400)
class GrowIT {
    @Test
    void aCellGrowsToSevenAndShrinksBackUnderLoad() {
        try (RealCell cell = RealCell.startOf(1, "snapshot.instances = 2000");
                Ephor ephor = cell.connect();
                Writer writer = Writer.start(ephor, "/ls/local/load", 8, 200)) {
            Operator operator = new Operator(cell);
            writer.awaitMore(200);
            while (cell.replicas().size() < 7) {
                Replica newcomer = cell.newcomer().startAsApplicant();
                operator.does("replica", "add", newcomer.number() + "");
                assertThat(newcomer.isVoter()).as(newcomer + " votes").isTrue();
                writer.awaitMore(50);
            }
            while (cell.replicas().size() > 1) {
                // The oldest first: the first of all is master, most likely.
                Replica oldest = cell.replicas().getFirst();
                operator.does("replica", "remove", oldest.number() + "");
                cell.retire(oldest);
                writer.awaitMore(50);
            }
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            assertThat(operator.does("replica", "list")).contains(" voter ");
            try (Ephor other = cell.connect()) {
                writer.assertNothingLost(other);
            }
        }
    }
}
