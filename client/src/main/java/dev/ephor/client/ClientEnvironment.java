package dev.ephor.client;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The world as a client's session sees it: a clock, a serial executor, timers, and wires to
/// replicas. The real one (gRPC on one event thread) is made by [Ephor#connect]; a simulator brings
/// another and runs the very same session under virtual time, through the asynchronous calls of
/// [Ephor].
///
/// A session is confined to [#loop()]: everything it does, and everything that is told to it,
/// happens there, one task after the other.
public interface ClientEnvironment {
    /// Monotonic time in nanoseconds from an arbitrary origin, as [System#nanoTime()]. Wall clocks
    /// are never used. Any thread.
    long nanoTime();

    /// For jitter. Loop only.
    RandomGenerator random();

    /// Runs the session, one task after the other, in the order in which they came. Any thread may
    /// hand in tasks.
    Executor loop();

    /// True where the caller is on the loop: a blocking call there would wait for itself, so it is
    /// refused.
    boolean inLoop();

    /// Runs what belongs to the user: listeners. May be slow; keeps no order of its own. Any thread
    /// may hand in tasks.
    Executor callbacks();

    /// Runs the task on the loop after a delay. Loop only.
    Timer schedule(long delayNanos, Runnable task);

    /// Opens a stream to a replica; returns at once. What is sent before the stream stands is sent
    /// when it does. Loop only; the listener is not called before this method has returned.
    Wire open(String address, Wire.Listener listener);

    /// The session is over; what belongs to it may be given back. Called once, on the loop.
    default void release() {}

    /// A task that waits for its time.
    interface Timer {
        /// The task will not run, if it has not begun. Loop only.
        void cancel();
    }
}
