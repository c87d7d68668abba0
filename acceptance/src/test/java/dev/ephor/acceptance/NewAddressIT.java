package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Member;
import dev.ephor.client.Ephor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A replica moves to another address while the cell is under load (PAPER L5): it is stopped, its
/// own configuration is changed, and it is started again. No request fails, it votes as before, and
/// the others, whose configurations still have the old address, name the new one. First a replica,
/// then the master.
@Timeout(240)
class NewAddressIT {
    @Test
    void aReplicaIsFoundWhereItMovedTo() {
        try (RealCell cell = RealCell.start("snapshot.instances = 2000", "log.segment = 4 MiB");
                Ephor ephor = cell.connect();
                Writer writer = Writer.start(ephor, "/ls/local/load", 8, 200)) {
            Operator operator = new Operator(cell);
            writer.awaitMore(300);
            Replica first = cell.awaitOther();
            moves(cell, first, operator, writer);
            Replica second = cell.awaitMaster();
            moves(cell, second, operator, writer);

            // Two of the others go: without those that moved there is no majority.
            cell.replicas().stream()
                    .filter(replica -> replica != first && replica != second)
                    .limit(2)
                    .forEach(Replica::kill);
            writer.awaitMore(200);
            writer.stop(RealCell.PATIENCE);
            writer.assertNoFailure();
            cell.replicas().stream()
                    .filter(replica -> !replica.isRunning())
                    .forEach(Replica::start);
            cell.awaitAgreement();
            try (Ephor other = cell.connect()) {
                writer.assertNothingLost(other);
            }
        }
    }

    private static void moves(RealCell cell, Replica moved, Operator operator, Writer writer) {
        String before = moved.address();
        assertThat(moved.terminate()).as("exit code of %s", moved).isIn(0, 143);
        writer.awaitMore(100);
        cell.move(moved);
        assertThat(moved.address()).isNotEqualTo(before);
        moved.start();
        Await.until(
                moved + " to vote again",
                RealCell.PATIENCE,
                () -> {
                    writer.assertNoFailure();
                    return moved.isVoter(1);
                });
        for (Replica other : cell.replicas()) {
            Await.until(
                    other + " to name the new address of " + moved,
                    RealCell.PATIENCE,
                    () -> isNamed(moved, other));
        }
        assertThat(operator.does("replica", "list"))
                .contains(moved.address(), "127.0.0.1:" + moved.replicaPort())
                .doesNotContain(before);
        writer.awaitMore(100);
    }

    /// As a voter, with both its addresses.
    private static boolean isNamed(Replica moved, Replica by) {
        return by.status().stream()
                .flatMap(status -> status.getMembersList().stream())
                .filter(member -> member.getReplica() == moved.number())
                .anyMatch(member ->
                        member.getKind() == Member.Kind.VOTER
                                && member.getClientAddress().equals(moved.address())
                                && member.getReplicaAddress()
                                        .equals("127.0.0.1:" + moved.replicaPort()));
    }
}
