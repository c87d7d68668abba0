package dev.ephor.simulator;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/// One thread of a simulated process: tasks one after the other, each from when it is handed in or
/// the one before it is done.
final class SimExecutor implements Executor {
    /// From one thread to another it takes a moment.
    private static final long HOP = 2 * World.MICRO;

    private final Process process;
    private final World world;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private long busyUntil;
    private boolean running;

    SimExecutor(Process process) {
        this.process = process;
        this.world = process.world;
    }

    @Override
    public void execute(Runnable task) {
        world.after(HOP, process, () -> arrive(task));
    }

    /// True while a task of this thread is the one that runs.
    boolean isRunning() {
        return running;
    }

    /// True where this thread was simulated beyond the present event.
    boolean isBusy() {
        return busyUntil > world.clock();
    }

    /// The task is here now: it runs at once if nothing is before it.
    void arrive(Runnable task) {
        if (waiting.isEmpty() && busyUntil <= world.now()) {
            run(task);
            return;
        }
        waiting.add(task);
        if (waiting.size() == 1) {
            world.at(busyUntil, process, this::next);
        }
    }

    private void next() {
        Runnable task = waiting.remove();
        run(task);
        if (!waiting.isEmpty()) {
            world.at(busyUntil, process, this::next);
        }
    }

    private void run(Runnable task) {
        running = true;
        try {
            task.run();
        } finally {
            running = false;
        }
        busyUntil = world.now();
    }
}
