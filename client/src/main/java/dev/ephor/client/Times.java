package dev.ephor.client;

import java.time.Duration;

/// Durations as numbers.
final class Times {
    static final long MILLI = 1_000_000;

    private Times() {}

    /// Milliseconds, rounded up; refuses negative ones.
    static long millis(Duration duration, String what) {
        long nanos = nanos(duration, what);
        return nanos / MILLI + (nanos % MILLI == 0 ? 0 : 1);
    }

    /// Nanoseconds, at most some 146 years; refuses negative ones.
    static long nanos(Duration duration, String what) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "the " + what + " must not be negative: " + duration);
        }
        return duration.compareTo(Duration.ofDays(50_000)) > 0
                ? Duration.ofDays(50_000).toNanos()
                : duration.toNanos();
    }
}
