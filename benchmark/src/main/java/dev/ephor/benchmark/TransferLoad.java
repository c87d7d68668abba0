package dev.ephor.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Clients that write at a steady rate, and the longest that any of them waited for an answer.
///
/// Thread-safe.
final class TransferLoad implements AutoCloseable {
    private static final byte[] CONTENTS = new byte[64];
    private static final long SECOND = 1_000_000_000L;

    private final Shape shape;
    private final List<Client> clients = new ArrayList<>();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final AtomicLong errors = new AtomicLong();
    private volatile boolean over;

    /// @param rate writes of each client in a second; 0 for as many as are answered
    record Shape(int clients, int rate) {
        private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,3})x([0-9]{1,5})");

        static Optional<Shape> parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            return matcher.matches()
                    ? Optional.of(
                            new Shape(
                                    Integer.parseInt(matcher.group(1)),
                                    Integer.parseInt(matcher.group(2))))
                    : Optional.empty();
        }

        String text() {
            return clients + "x" + rate;
        }
    }

    private TransferLoad(Shape shape) {
        this.shape = shape;
    }

    /// Connects, makes the files, and begins to write.
    static TransferLoad start(Peer peer, Shape shape) throws Exception {
        TransferLoad load = new TransferLoad(shape);
        try {
            for (int number = 0; number < shape.clients(); number++) {
                Connection connection = peer.connect(Placement.LEADER, number);
                load.clients.add(load.new Client(connection, number));
                connection.create(number, CONTENTS);
            }
            load.clients.forEach(client -> client.thread.start());
            return load;
        } catch (Exception e) {
            load.close();
            throw e;
        }
    }

    /// Begins to look for the longest wait anew.
    void mark() {
        longest.reset();
        errors.set(0);
    }

    /// The longest that a client waited for an answer that came since the mark.
    Duration longest() {
        return Duration.ofNanos(longest.get());
    }

    /// Writes that failed since the mark.
    long errors() {
        return errors.get();
    }

    /// Waits until every client has got an answer to a write that it began after this call.
    void awaitEach(Duration patience) throws InterruptedException {
        long began = System.nanoTime();
        for (Client client : clients) {
            while (client.lastBegan.get() - began <= 0) {
                if (System.nanoTime() - began > patience.toNanos()) {
                    throw new IllegalStateException("a client gets no answers any more");
                }
                Waiting.pass(Duration.ofMillis(1));
            }
        }
    }

    @Override
    public void close() throws Exception {
        over = true;
        for (Client client : clients) {
            client.thread.join(TimeUnit.SECONDS.toMillis(30));
            client.connection.close();
        }
    }

    private final class Client {
        private final Connection connection;
        private final int number;
        private final Thread thread;

        /// When the last answered write was begun.
        private final AtomicLong lastBegan = new AtomicLong(System.nanoTime());

        Client(Connection connection, int number) {
            this.connection = connection;
            this.number = number;
            thread = Thread.ofPlatform().daemon().name("client-" + number).unstarted(this::work);
        }

        private void work() {
            try {
                while (!over) {
                    long began = System.nanoTime();
                    write(began);
                    long left = period() - (System.nanoTime() - began);
                    if (left > 0) {
                        Waiting.pass(Duration.ofNanos(left));
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private long period() {
            return shape.rate() == 0 ? 0 : SECOND / shape.rate();
        }

        private void write(long began) {
            try {
                connection.call(Operation.WRITE, number, CONTENTS);
                longest.accumulate(System.nanoTime() - began);
                lastBegan.set(began);
            } catch (Exception e) {
                errors.incrementAndGet();
            }
        }
    }
}
