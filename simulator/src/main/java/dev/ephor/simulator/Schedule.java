package dev.ephor.simulator;

import java.util.function.Consumer;

/// What happens again and again at random times, until the faults end: each kind of it with a
/// stream of random numbers of its own, and each time with another one, so that leaving one out
/// leaves the others as they are.
final class Schedule {
    private final World world;
    private final Rng rng;
    private final int calmer;
    private boolean over;

    /// @param purpose names the streams
    Schedule(World world, String purpose) {
        this(world, purpose, world.calmer);
    }

    private Schedule(World world, String purpose, int calmer) {
        this.world = world;
        this.calmer = calmer;
        this.rng = world.rng.stream(purpose);
    }

    /// One that is as busy as usual, however calm the world is.
    static Schedule busy(World world, String purpose) {
        return new Schedule(world, purpose, 1);
    }

    /// Nothing that was planned happens any more.
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /// Does the task again and again.
    ///
    /// @param mean nanoseconds between two times; 0 for never
    /// @param task gets random numbers for this time
    void every(String kind, long mean, Consumer<Rng> task) {
        if (mean > 0) {
            Rng times = rng.stream(kind);
            plan(kind, mean, times, task);
        }
    }

    private void plan(String kind, long mean, Rng times, Consumer<Rng> task) {
        long wait = calmer * times.between(Math.max(1, mean / 2), mean * 3 / 2 + 1);
        Rng own = new Rng(times.nextLong());
        world.after(
                wait,
                null,
                () -> {
                    if (!over) {
                        task.accept(own);
                        plan(kind, mean, times, task);
                    }
                });
    }

    /// Does the task once, after about this long, unless the faults end before.
    void later(Rng own, long typical, Runnable task) {
        world.after(
                own.between(typical / 4, typical * 2),
                null,
                () -> {
                    if (!over) {
                        task.run();
                    }
                });
    }
}
