package dev.ephor.client;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/// Runs the program's listeners on its executor, one after the other, in order. What a listener
/// throws goes to its thread's uncaught-exception handler and harms nobody else.
///
/// Thread-safe.
final class SerialCallbacks {
    private final Executor executor;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    SerialCallbacks(Executor executor) {
        this.executor = executor;
    }

    void add(Runnable callback) {
        synchronized (queue) {
            queue.add(callback);
            if (running) {
                return;
            }
            running = true;
        }
        executor.execute(this::runAll);
    }

    private void runAll() {
        while (true) {
            Runnable next;
            synchronized (queue) {
                next = queue.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            runOne(next);
        }
    }

    private static void runOne(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }
}
