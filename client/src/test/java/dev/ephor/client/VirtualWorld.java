package dev.ephor.client;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.ServerMessage;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// Virtual time in one thread: a queue of tasks, each with its time. A client in it reaches a
/// [FakeCell] over wires that take a millisecond each way.
final class VirtualWorld implements ClientEnvironment {
    static final long MILLI = 1_000_000;
    private static final long LATENCY = MILLI;

    final FakeCell cell = new FakeCell(this);
    boolean released;

    private final Random random = new Random(7);
    private final PriorityQueue<Task> queue = new PriorityQueue<>();
    private long now = 1_000_000_000_000L;
    private long tasks;

    private record Task(long at, long order, Runnable work, boolean[] cancelled)
            implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    Timer after(long nanos, Runnable work) {
        boolean[] cancelled = {false};
        queue.add(new Task(now + nanos, tasks++, work, cancelled));
        return () -> cancelled[0] = true;
    }

    /// Runs everything that is due within the duration.
    void pass(Duration duration) {
        long end = now + duration.toNanos();
        while (!queue.isEmpty() && queue.element().at <= end) {
            Task task = queue.remove();
            now = Math.max(now, task.at);
            if (!task.cancelled[0]) {
                task.work.run();
            }
        }
        now = end;
    }

    void passMillis(long millis) {
        pass(Duration.ofMillis(millis));
    }

    /// The process stands still: time passes and nothing runs.
    void pause(Duration duration) {
        now += duration.toNanos();
    }

    /// Lets time pass until the future is there, a virtual minute at most.
    <T> T result(CompletableFuture<T> future) {
        for (int i = 0; i < 60_000 && !future.isDone(); i++) {
            passMillis(1);
        }
        return future.getNow(null);
    }

    Ephor connect(EphorBuilder builder) {
        return result(builder.environment(this).connectAsync("a:1", "b:1", "c:1"));
    }

    Ephor connect() {
        return connect(Ephor.builder());
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor loop() {
        return task -> after(0, task);
    }

    @Override
    public boolean inLoop() {
        return false;
    }

    @Override
    public Executor callbacks() {
        return task -> after(0, task);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return after(delayNanos, task);
    }

    @Override
    public Wire open(String address, Wire.Listener listener) {
        FakeCell.Stream stream = cell.new Stream(address, listener);
        after(LATENCY, stream::opened);
        return new Wire() {
            @Override
            public void send(ClientMessage message) {
                after(LATENCY, () -> stream.received(message));
            }

            @Override
            public void close() {
                after(LATENCY, stream::closedByClient);
            }
        };
    }

    void toClient(Wire.Listener listener, ServerMessage message) {
        after(LATENCY, () -> listener.received(message));
    }

    void endToClient(Wire.Listener listener, String why) {
        after(LATENCY, () -> listener.closed(why));
    }

    @Override
    public void release() {
        released = true;
    }
}
