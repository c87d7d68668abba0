package dev.ephor.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Connections that each have many calls in flight: the answer to one begins the next.
final class PipelinedLoad extends Load {
    PipelinedLoad(Variant variant, Case shape, List<Connection> connections, Meter meter) {
        super(variant, shape, connections, meter);
    }

    @Override
    Window window(Gate gate, Duration warm, Duration measure, Meter meter)
            throws InterruptedException {
        int slots = shape.workers() * shape.outstanding();
        CountDownLatch running = new CountDownLatch(slots);
        Histogram histogram = new ConcurrentHistogram(Window.LONGEST.toNanos(), Window.DIGITS);
        byte[] contents = shape.contents();
        for (int slot = 0; slot < slots; slot++) {
            Connection connection = connections.get(slot % shape.workers());
            new Slot(gate, connection, slot, contents, histogram, running).begin();
        }
        Usage usage;
        try {
            usage = gate.window(warm, measure, meter);
        } finally {
            running.await(Window.LONGEST.toSeconds(), TimeUnit.SECONDS);
        }
        return Window.of(histogram, gate.errors(), usage);
    }

    /// One of the calls in flight, over and over on a file of its own.
    private final class Slot implements Connection.Done {
        private final Gate gate;
        private final Connection connection;
        private final int file;
        private final byte[] contents;
        private final Histogram histogram;
        private final CountDownLatch running;
        private long begun;

        Slot(
                Gate gate,
                Connection connection,
                int file,
                byte[] contents,
                Histogram histogram,
                CountDownLatch running) {
            this.gate = gate;
            this.connection = connection;
            this.file = file;
            this.contents = contents;
            this.histogram = histogram;
            this.running = running;
        }

        void begin() {
            if (gate.open()) {
                begun = System.nanoTime();
                connection.submit(variant.operation(), file, contents, this);
            } else {
                running.countDown();
            }
        }

        @Override
        public void succeeded() {
            if (gate.measuring()) {
                histogram.recordValue(System.nanoTime() - begun);
            }
            begin();
        }

        @Override
        public void failed(Throwable why) {
            gate.error(why);
            begin();
        }
    }
}
