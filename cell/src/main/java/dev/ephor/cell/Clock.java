package dev.ephor.cell;

/// Time as the cell sees it. Called on the loop executor.
public interface Clock {
    /// Monotonic time in nanoseconds, from an arbitrary origin.
    long nanoTime();

    /// [Cell#tick] is to be called at this time, or soon after. Replaces an earlier wish.
    void wakeAt(long nanoTime);
}
