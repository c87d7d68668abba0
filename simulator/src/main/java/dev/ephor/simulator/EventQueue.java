package dev.ephor.simulator;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What is to happen, by time and then by the order in which it was asked for: a binary heap
/// without anything in it that could differ from one JVM to another.
final class EventQueue {
    /// Something that will happen at a time, unless it is cancelled or its process dies before.
    static final class Event {
        final long time;
        final long order;
        final @Nullable Process owner;
        private @Nullable Runnable task;

        Event(long time, long order, @Nullable Process owner, Runnable task) {
            this.time = time;
            this.order = order;
            this.owner = owner;
            this.task = task;
        }

        void cancel() {
            task = null;
        }

        /// The task, once; null where the event was cancelled.
        @Nullable Runnable take() {
            Runnable taken = task;
            task = null;
            return taken;
        }

        boolean isBefore(Event other) {
            return time != other.time ? time < other.time : order < other.order;
        }
    }

    private @Nullable Event[] heap = new @Nullable Event[1024];
    private int size;
    private long order;

    Event add(long time, @Nullable Process owner, Runnable task) {
        Event event = new Event(time, order++, owner, task);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            Event above = at(parent);
            if (!event.isBefore(above)) {
                break;
            }
            heap[hole] = above;
            hole = parent;
        }
        heap[hole] = event;
        return event;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// The earliest event; the queue must not be empty.
    Event peek() {
        return at(0);
    }

    /// Removes the earliest event; the queue must not be empty.
    Event poll() {
        Event first = at(0);
        Event last = at(--size);
        heap[size] = null;
        if (size > 0) {
            sink(last);
        }
        return first;
    }

    private void sink(Event event) {
        int hole = 0;
        int half = size >>> 1;
        while (hole < half) {
            int child = 2 * hole + 1;
            if (child + 1 < size && at(child + 1).isBefore(at(child))) {
                child++;
            }
            if (event.isBefore(at(child))) {
                break;
            }
            heap[hole] = at(child);
            hole = child;
        }
        heap[hole] = event;
    }

    private Event at(int index) {
        Event event = heap[index];
        if (event == null) {
            throw new IllegalStateException("nothing at " + index + " of " + size);
        }
        return event;
    }
}
