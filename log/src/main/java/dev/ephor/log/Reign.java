package dev.ephor.log;

/// The [Mastership] that the application holds. The loop writes, any thread reads.
final class Reign implements Mastership {
    private final Environment environment;
    private final long epoch;
    private volatile long leaseUntil;

    Reign(Environment environment, long epoch, long leaseUntil) {
        this.environment = environment;
        this.epoch = epoch;
        this.leaseUntil = leaseUntil;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public boolean leaseValid() {
        long until = leaseUntil;
        return until != Long.MIN_VALUE && environment.nanoTime() < until;
    }

    @Override
    public long leaseUntil() {
        return leaseUntil;
    }

    void extend(long until) {
        if (until != leaseUntil) {
            leaseUntil = until;
        }
    }

    void end() {
        leaseUntil = Long.MIN_VALUE;
    }
}
