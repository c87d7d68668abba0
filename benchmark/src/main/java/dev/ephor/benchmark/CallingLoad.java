package dev.ephor.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Callers that each have one connection and wait for each answer: a thread each.
final class CallingLoad extends Load {
    CallingLoad(Variant variant, Case shape, List<Connection> connections, Meter meter) {
        super(variant, shape, connections, meter);
    }

    @Override
    Window window(Gate gate, Duration warm, Duration measure, Meter meter)
            throws InterruptedException {
        List<Worker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            Worker worker = new Worker(gate, i);
            workers.add(worker);
            threads.add(Thread.ofPlatform().daemon().name("worker-" + i).start(worker));
        }
        Usage usage;
        try {
            usage = gate.window(warm, measure, meter);
        } finally {
            for (Thread thread : threads) {
                thread.join(Window.LONGEST);
            }
        }
        Histogram all = Window.histogram();
        workers.forEach(worker -> all.add(worker.histogram));
        return Window.of(all, gate.errors(), usage);
    }

    /// One caller. Writers keep to a file of their own; readers go round all files.
    private final class Worker implements Runnable {
        private final Gate gate;
        private final int number;
        private final Histogram histogram = Window.histogram();

        Worker(Gate gate, int number) {
            this.gate = gate;
            this.number = number;
        }

        @Override
        public void run() {
            byte[] contents = shape.contents();
            int step = shape.writes() ? 0 : 1;
            int file = number;
            while (gate.open()) {
                long begun = System.nanoTime();
                try {
                    connections.get(number).call(variant.operation(), file, contents);
                    if (gate.measuring()) {
                        histogram.recordValue(System.nanoTime() - begun);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (Exception e) {
                    gate.error(e);
                }
                file = (file + step) % shape.files();
            }
        }
    }
}
