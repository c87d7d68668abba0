package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void overAWhileItIsTheRate() {
        RateLimit limit = new RateLimit(10_000);
        long now = 7 * SECOND;
        long begun = now;
        for (int i = 0; i < 100; i++) {
            now += limit.delay(now);
            limit.take(1000, now);
        }
        now += limit.delay(now);
        assertThat(now - begun).isBetween(10 * SECOND - SECOND / 10, 10 * SECOND);
    }

    @Test
    void whatWasNotUsedIsNotSaved() {
        RateLimit limit = new RateLimit(1000);
        limit.take(100, 0);
        long later = 3600 * SECOND;
        assertThat(limit.delay(later)).isZero();
        limit.take(1000, later);
        assertThat(limit.delay(later)).isBetween(SECOND * 9 / 10, SECOND);
    }

    @Test
    void somethingLargeGoesOnceAndIsPaidForAfterwards() {
        RateLimit limit = new RateLimit(1000);
        assertThat(limit.delay(0)).isZero();
        limit.take(60_000, 0);
        assertThat(limit.delay(SECOND)).isBetween(58 * SECOND, 60 * SECOND);
        assertThat(limit.delay(60 * SECOND)).isZero();
    }

    @Test
    void withoutALimitNothingWaits() {
        RateLimit limit = new RateLimit(Long.MAX_VALUE);
        for (int i = 0; i < 10; i++) {
            limit.take(1L << 40, 5);
            assertThat(limit.delay(5)).isZero();
        }
    }
}
