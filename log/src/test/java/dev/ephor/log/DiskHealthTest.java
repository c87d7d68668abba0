package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiskHealthTest {
    private static final long MILLI = 1_000_000;

    private final DiskHealth health = new DiskHealth();
    private long now = 7_000 * MILLI;
    private long ticket;

    /// A value for the instance is flushed after so long; it was chosen before that or not.
    private void flush(long millis, boolean overtaken) {
        ticket++;
        health.asked(ticket, ticket, now);
        now += millis * MILLI;
        health.flushed(ticket, overtaken ? ticket : ticket - 1, now);
    }

    private boolean isSlow() {
        return health.isSlow(ticket, now);
    }

    @Test
    void flushesThatTheOthersOvertakeForSecondsAreSlow() {
        for (int i = 0; i < 14; i++) {
            flush(200, true);
            assertThat(isSlow()).isFalse();
        }
        flush(200, true);
        assertThat(isSlow()).isTrue();
    }

    @Test
    void oneFlushThatDoesNotEndIsSlow() {
        health.asked(1, 1, now);
        assertThat(health.isSlow(1, now + 2_999 * MILLI)).isFalse();
        assertThat(health.isSlow(1, now + 3_000 * MILLI)).isTrue();
    }

    @Test
    void aFlushThatNobodyOvertakesIsNotSlowHoweverLongItTakes() {
        for (int i = 0; i < 20; i++) {
            flush(1_000, false);
            assertThat(isSlow()).isFalse();
        }
    }

    @Test
    void oneQuickFlushBeginsTheCountAnew() {
        for (int i = 0; i < 14; i++) {
            flush(200, true);
        }
        flush(20, true);
        for (int i = 0; i < 14; i++) {
            flush(200, true);
            assertThat(isSlow()).isFalse();
        }
    }

    @Test
    void whatHoldsNoValueSaysNothing() {
        health.asked(1, 0, now);
        assertThat(health.isSlow(9, now + 10_000 * MILLI)).isFalse();
        health.flushed(1, 9, now + 10_000 * MILLI);
        assertThat(health.isSlow(9, now + 10_000 * MILLI)).isFalse();
    }

    @Test
    void anotherReignIsJudgedByItself() {
        for (int i = 0; i < 20; i++) {
            flush(200, true);
        }
        assertThat(isSlow()).isTrue();
        health.forget();
        assertThat(isSlow()).isFalse();
    }
}
