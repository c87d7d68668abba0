package dev.ephor.log;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/// What happens in a [VirtualCell], one after the other, under a time of its own, in nanoseconds.
final class VirtualTime {
    private static final long MILLI = 1_000_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now = 1_000 * MILLI;
    private long sequence;

    private record Event(long at, long sequence, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at
                    ? Long.compare(at, other.at)
                    : Long.compare(sequence, other.sequence);
        }
    }

    long now() {
        return now;
    }

    void at(long time, Runnable task) {
        events.add(new Event(time, ++sequence, task));
    }

    /// Lets time pass until the condition holds.
    void await(long millis, BooleanSupplier condition) {
        long deadline = now + millis * MILLI;
        while (!condition.getAsBoolean()) {
            if (events.isEmpty() || events.element().at > deadline) {
                throw new AssertionError("does not come about within " + millis + " ms");
            }
            runNext();
        }
    }

    void run(long millis) {
        long deadline = now + millis * MILLI;
        while (!events.isEmpty() && events.element().at <= deadline) {
            runNext();
        }
        now = deadline;
    }

    private void runNext() {
        Event event = events.remove();
        now = event.at;
        event.task.run();
    }
}
