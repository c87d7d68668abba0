package dev.ephor.cell;

import java.util.Comparator;
import java.util.PriorityQueue;

/// What is to be done when its time comes. An action that is no longer wanted looks for itself and
/// does nothing. Confined to the loop.
final class Deadlines {
    private final Clock clock;
    private final PriorityQueue<Deadline> queue = new PriorityQueue<>(Deadline.ORDER);
    private long added;
    private long wokenAt = Long.MAX_VALUE;

    Deadlines(Clock clock) {
        this.clock = clock;
    }

    /// @param time by the clock; actions with the same time run in the order in which they came
    void at(long time, Runnable action) {
        queue.add(new Deadline(time, added++, action));
        wake();
    }

    void after(long nanos, Runnable action) {
        at(clock.nanoTime() + nanos, action);
    }

    /// Runs what is due by now, but not what that adds: it gets its turn next time.
    void run() {
        wokenAt = Long.MAX_VALUE;
        long now = clock.nanoTime();
        long upTo = added;
        for (Deadline first = queue.peek();
                first != null && first.time <= now && first.order < upTo;
                first = queue.peek()) {
            queue.remove();
            first.action.run();
        }
        wake();
    }

    private void wake() {
        Deadline first = queue.peek();
        if (first != null && first.time < wokenAt) {
            wokenAt = first.time;
            clock.wakeAt(first.time);
        }
    }

    private record Deadline(long time, long order, Runnable action) {
        static final Comparator<Deadline> ORDER =
                Comparator.comparingLong(Deadline::time).thenComparingLong(Deadline::order);
    }
}
