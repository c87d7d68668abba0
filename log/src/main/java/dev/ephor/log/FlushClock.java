package dev.ephor.log;

/// How long this replica's disk takes to make something safe. Told by the disk executor alone; may
/// be asked on any thread.
final class FlushClock {
    /// An average over about as many flushes.
    private static final int SMOOTHING = 4;

    /// What was measured longer ago says nothing about the disk any more.
    private static final long FRESH = 3_000_000_000L;

    /// What is known; every value is complete.
    ///
    /// @param begunAt when the flush that runs began; meaningless where none runs
    /// @param endedAt when the last one ended; meaningless where the average is 0
    private record Measured(boolean running, long begunAt, long endedAt, long average) {}

    private volatile Measured measured = new Measured(false, 0, 0, 0);

    void begins(long now) {
        Measured before = measured;
        measured = new Measured(true, now, before.endedAt(), before.average());
    }

    void ended(long now) {
        Measured before = measured;
        long took = Math.max(1, now - before.begunAt());
        boolean goesOn = before.average() > 0 && now - before.endedAt() <= FRESH;
        long average = goesOn ? before.average() + (took - before.average()) / SMOOTHING : took;
        measured = new Measured(false, 0, now, Math.max(1, average));
    }

    /// Nanoseconds that a flush takes at this time: the average of the last ones, or as long as the
    /// one that runs has taken already, if that is more; 0 where nothing was flushed for a while.
    long delay(long now) {
        Measured known = measured;
        long average = known.average() > 0 && now - known.endedAt() <= FRESH ? known.average() : 0;
        return known.running() ? Math.max(average, now - known.begunAt()) : average;
    }
}
