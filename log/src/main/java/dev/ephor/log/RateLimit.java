package dev.ephor.log;

import dev.ephor.paxos.Check;

/// So many bytes a second and no more, whatever was asked for before: what is not used is kept for
/// a twentieth of a second only. Something large may go as soon as anything may; what comes after
/// it waits the longer.
final class RateLimit {
    private static final long SECOND = 1_000_000_000L;
    private static final long KEPT = SECOND / 20;

    private final long bytesPerSecond;

    /// When everything that went so far is paid for, or as long before now as is kept.
    private long paidUntil = Long.MIN_VALUE;

    RateLimit(long bytesPerSecond) {
        Check.that(bytesPerSecond > 0, "some bytes a second may go");
        this.bytesPerSecond = bytesPerSecond;
    }

    /// How long nothing more may go from now on; 0 where something may.
    long delay(long now) {
        return paidUntil == Long.MIN_VALUE ? 0 : Math.max(0, paidUntil - now);
    }

    /// So much goes now.
    void take(long bytes, long now) {
        long from = paidUntil == Long.MIN_VALUE ? now - KEPT : Math.max(paidUntil, now - KEPT);
        paidUntil = from + (long) ((double) bytes / bytesPerSecond * SECOND);
    }
}
