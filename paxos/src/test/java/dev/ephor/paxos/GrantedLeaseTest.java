package dev.ephor.paxos;

import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.number;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// PML §5.2, the side of those who grant.
class GrantedLeaseTest {
    private static final long DURATION = 1_000;

    private static GrantedLease first() {
        return new GrantedLease(DURATION, false, 50);
    }

    @Test
    void whoNeverRanForbidsNobody() {
        assertThat(first().forbids(ONE, 50)).isFalse();
        assertThat(first().holder()).isEmpty();
        assertThat(first().until()).isEqualTo(50);
    }

    /// Grants are not on disk: whatever it granted before, it waits it out.
    @Test
    void whoWasRestartedForbidsEverybodyForAFullLease() {
        GrantedLease lease = new GrantedLease(DURATION, true, 50);
        lease.grant(number(1, 1), 60);
        lease.release(number(1, 1), 70);

        assertThat(lease.forbids(ONE, 1_049)).isTrue();
        assertThat(lease.forbids(TWO, 1_049)).isTrue();
        assertThat(lease.forbids(ONE, 1_050)).isFalse();
        assertThat(lease.until()).isEqualTo(1_050);
    }

    @Test
    void onlyTheHolderIsAdmittedWhileItRuns() {
        GrantedLease lease = first();
        lease.grant(number(1, 1), 100);

        assertThat(lease.holder()).contains(ONE);
        assertThat(lease.until()).isEqualTo(1_100);
        assertThat(lease.forbids(ONE, 500)).isFalse();
        assertThat(lease.forbids(TWO, 1_099)).isTrue();
        assertThat(lease.forbids(TWO, 1_100)).isFalse();
        assertThat(lease.holder()).as("known still").contains(ONE);
    }

    @Test
    void itsEndIsForTheHolderToSay() {
        GrantedLease lease = first();
        lease.grant(number(3, 1), 100);

        lease.release(number(9, 2), 200);
        assertThat(lease.forbids(TWO, 200)).as("released by a stranger").isTrue();
        lease.release(number(2, 1), 200);
        assertThat(lease.forbids(TWO, 200)).as("an earlier reign was released").isTrue();
        lease.release(number(3, 1), 200);
        assertThat(lease.forbids(TWO, 200)).isFalse();
        assertThat(lease.until()).isEqualTo(200);
    }

    @Test
    void aLaterReignsEndIsTheEndOfTheEarlierOnes() {
        GrantedLease lease = first();
        lease.grant(number(3, 1), 100);
        lease.release(number(4, 1), 200);

        assertThat(lease.forbids(TWO, 200)).isFalse();
    }

    @Test
    void aReleaseDoesNotProlong() {
        GrantedLease lease = first();
        lease.grant(number(3, 1), 100);
        lease.release(number(3, 1), 5_000);

        assertThat(lease.until()).isEqualTo(1_100);
    }
}
