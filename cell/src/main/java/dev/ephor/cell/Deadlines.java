package dev.ephor.cell;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is to be done when its time comes. Confined to the loop.
final class Deadlines {
    private final Clock clock;
    private final TreeSet<Deadline> queue = new TreeSet<>(Deadline.ORDER);
    private long added;
    private long wokenAt = Long.MAX_VALUE;

    /// Something that waits for its time.
    static final class Deadline {
        private static final Comparator<Deadline> ORDER =
                Comparator.<Deadline>comparingLong(deadline -> deadline.time)
                        .thenComparingLong(deadline -> deadline.order);

        private final long time;
        private final long order;
        private final Runnable action;

        private Deadline(long time, long order, Runnable action) {
            this.time = time;
            this.order = order;
            this.action = action;
        }
    }

    Deadlines(Clock clock) {
        this.clock = clock;
    }

    /// @param time by the clock; actions with the same time run in the order in which they came
    Deadline at(long time, Runnable action) {
        Deadline deadline = new Deadline(time, added++, action);
        queue.add(deadline);
        wake();
        return deadline;
    }

    Deadline after(long nanos, Runnable action) {
        return at(clock.nanoTime() + nanos, action);
    }

    /// The action does not run, if it has not.
    void cancel(@Nullable Deadline deadline) {
        if (deadline != null) {
            queue.remove(deadline);
        }
    }

    /// Runs what is due by now, but not what that adds: it gets its turn next time.
    void run() {
        wokenAt = Long.MAX_VALUE;
        long now = clock.nanoTime();
        long upTo = added;
        while (!queue.isEmpty()) {
            Deadline first = queue.first();
            if (first.time > now || first.order >= upTo) {
                break;
            }
            queue.remove(first);
            first.action.run();
        }
        wake();
    }

    int size() {
        return queue.size();
    }

    private void wake() {
        if (!queue.isEmpty() && queue.first().time < wokenAt) {
            wokenAt = queue.first().time;
            clock.wakeAt(wokenAt);
        }
    }
}
