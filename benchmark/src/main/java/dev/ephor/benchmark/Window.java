package dev.ephor.benchmark;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// What one measured stretch of time gave.
///
/// @param rate operations that succeeded, a second
/// @param p50 half of the operations took at most so many microseconds
/// @param p99 99 of 100 took at most so many microseconds
/// @param p999 999 of 1000 took at most so many microseconds
/// @param errors operations that failed
/// @param cpuPerOperation CPU time of servers and load generator for one operation, microseconds
record Window(
        double rate,
        double p50,
        double p99,
        double p999,
        long errors,
        double cpuPerOperation,
        Usage usage) {
    /// No operation takes longer; one that does is given up.
    static final Duration LONGEST = Duration.ofMinutes(2);

    /// Significant digits of a latency.
    static final int DIGITS = 3;

    static Histogram histogram() {
        return new Histogram(LONGEST.toNanos(), DIGITS);
    }

    static Window of(Histogram nanos, long errors, Usage usage) {
        double rate = nanos.getTotalCount() / usage.seconds();
        return new Window(
                rate,
                nanos.getValueAtPercentile(50) / 1e3,
                nanos.getValueAtPercentile(99) / 1e3,
                nanos.getValueAtPercentile(99.9) / 1e3,
                errors,
                (usage.client() + usage.leader() + usage.followers()) * 1e6 / rate,
                usage);
    }
}
