package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// PML §4.1: would-be coordinators wait random times, longer after each failure.
class BackoffTest {
    private static final long BACKOFF = Settings.DEFAULT.backoff();

    @Test
    void theRandomTimeIsBoundedAndGrowsWithFailures() {
        Shared shared = new Alone(Given.MEMBERS).replica.shared();
        long longest = 0;
        for (int i = 0; i < 1_000; i++) {
            assertThat(shared.backoff(0)).isBetween(1L, BACKOFF);
            assertThat(shared.backoff(9)).isBetween(1L, 16 * BACKOFF);
            longest = Math.max(longest, shared.backoff(4));
        }
        assertThat(longest).isGreaterThan(8 * BACKOFF);
    }
}
