package dev.ephor.log;

import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The world as a replica sees it: its clock, its executors, its disk, its network. The real one is
/// `RealEnvironment`; the simulator brings another, in which a whole cell runs in one thread under
/// simulated time. Nothing in the log, the database or the cell reaches the world by any other way.
///
/// A component is confined to one serial executor and hands work to the others as tasks, so none of
/// them needs a lock.
public interface Environment {
    /// Monotonic time in nanoseconds, from an arbitrary origin, as [System#nanoTime()]. Wall clocks
    /// are never used. Any thread.
    long nanoTime();

    /// Seeded randomness, for the `loop` executor only.
    RandomGenerator random();

    /// Runs the core, the application and all that belongs to them, one task after the other. Never
    /// blocked by I/O.
    Executor loop();

    /// Runs what writes to the replay log, one task after the other; may block on the disk.
    Executor diskExecutor();

    /// Runs what may take long and nobody waits for: writing, checking and reading whole snapshots.
    /// One task after the other; may block.
    Executor background();

    /// Runs short pieces of work on files that somebody waits for, or that others here must not
    /// overtake: reading the log and pieces of snapshots for other replicas, deleting what is not
    /// needed any more. One task after the other; may block, but each only for a moment.
    Executor errands();

    /// Runs the task on the loop after a delay. Any thread.
    Timer schedule(long delayNanos, Runnable task);

    /// A task that waits for its time.
    interface Timer {
        /// The task will not run, if it has not begun.
        void cancel();
    }

    /// The replica's data directory.
    Disk disk();

    /// The way to the other replicas.
    Network network();

    /// Tells the operator. Any thread.
    Reporter reporter();

    /// Stops this replica at once, and for good, because going on could be unsafe: a flush failed,
    /// an invariant does not hold. The real one ends the process with the message. Any thread; the
    /// caller does nothing afterwards.
    void fatal(String message, Throwable cause);
}
