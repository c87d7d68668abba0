package dev.ephor.simulator;

/// A monotonic clock that begins anywhere and goes a little too fast or too slow, by a rate that
/// may change.
final class LocalClock {
    private long trueBase;
    private long localBase;
    private double rate;

    /// @param rate local nanoseconds in a true one
    LocalClock(long offset, double rate) {
        this.localBase = offset;
        this.rate = rate;
    }

    long at(long trueTime) {
        return localBase + (long) ((trueTime - trueBase) * rate);
    }

    /// The first true time at which this clock shows at least `local`, at its present rate.
    long trueTimeOf(long local) {
        return trueBase + (long) StrictMath.ceil((local - localBase) / rate);
    }

    /// How long a wait by this clock is in truth, at its present rate.
    long trueDuration(long local) {
        return (long) StrictMath.ceil(local / rate);
    }

    void changeRate(long trueTime, double newRate) {
        localBase = at(trueTime);
        trueBase = trueTime;
        rate = newRate;
    }

    /// The clock stood still for its machine, which was asleep; or somebody set it: from now on it
    /// shows that much more.
    void jump(long trueTime, long nanos) {
        changeRate(trueTime, rate);
        localBase += nanos;
    }
}
