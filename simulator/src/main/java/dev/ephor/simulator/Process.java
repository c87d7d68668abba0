package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;

/// One life of a process: from its start to its crash. What it had planned dies with it; while it
/// is paused (SIGSTOP, a long collection, a stolen processor) what it had planned waits.
final class Process {
    final World world;
    final String name;
    final LocalClock clock;
    private final List<EventQueue.Event> waiting = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;

    Process(World world, String name, LocalClock clock) {
        this.world = world;
        this.name = name;
        this.clock = clock;
    }

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return paused;
    }

    /// Nothing of this life happens any more.
    void kill() {
        alive = false;
        waiting.clear();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        for (EventQueue.Event event : waiting) {
            world.at(world.now(), this, () -> happen(event));
        }
        waiting.clear();
    }

    /// What was kept may still be cancelled before its turn comes.
    private static void happen(EventQueue.Event kept) {
        Runnable task = kept.take();
        if (task != null) {
            task.run();
        }
    }

    /// True where the event may happen now; one that comes while the process is paused is kept.
    boolean admits(EventQueue.Event event) {
        if (alive && paused) {
            waiting.add(event);
        }
        return alive && !paused;
    }

    /// Something from outside reaches the process: now, or when it goes on.
    void reach(Runnable task) {
        if (paused) {
            world.at(world.now(), this, task);
        } else if (alive) {
            task.run();
        }
    }

    /// The process's own monotonic clock.
    long nanoTime() {
        return clock.at(world.now());
    }
}
