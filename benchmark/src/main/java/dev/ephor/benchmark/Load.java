package dev.ephor.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A case, put on a peer in one of its variants. The connections stand while the load lives; it
/// works in windows, so that those of several peers can take turns.
abstract sealed class Load implements AutoCloseable permits CallingLoad, PipelinedLoad {
    final Variant variant;
    final Case shape;
    final List<Connection> connections;
    private final Meter meter;

    Load(Variant variant, Case shape, List<Connection> connections, Meter meter) {
        this.variant = variant;
        this.shape = shape;
        this.connections = connections;
        this.meter = meter;
    }

    /// Connects, and makes the files.
    static Load prepare(Variant variant, Case shape) throws Exception {
        List<Connection> connections = new ArrayList<>();
        try {
            for (int worker = 0; worker < shape.workers(); worker++) {
                connections.add(variant.peer().connect(variant.placement(), worker));
            }
            create(connections, shape);
            Meter meter = new Meter(variant.peer().servers(), variant.peer().leader());
            return shape.outstanding() == 1
                    ? new CallingLoad(variant, shape, connections, meter)
                    : new PipelinedLoad(variant, shape, connections, meter);
        } catch (Exception e) {
            close(connections);
            throw e;
        }
    }

    Variant variant() {
        return variant;
    }

    /// Works for `warm`, then measures for `measure`, then rests.
    final Window window(Duration warm, Duration measure) throws InterruptedException {
        return window(new Gate(), warm, measure, meter);
    }

    abstract Window window(Gate gate, Duration warm, Duration measure, Meter meter)
            throws InterruptedException;

    @Override
    public final void close() throws Exception {
        close(connections);
    }

    /// Each connection makes a share of the files.
    private static void create(List<Connection> connections, Case shape) throws Exception {
        byte[] contents = shape.contents();
        int step = connections.size();
        List<Callable<@Nullable Void>> shares = new ArrayList<>();
        for (int first = 0; first < step; first++) {
            int share = first;
            shares.add(() -> {
                for (int file = share; file < shape.files(); file += step) {
                    connections.get(share).create(file, contents);
                }
                return null;
            });
        }
        together(shares);
    }

    /// All at once: a session of ZooKeeper's client takes a tenth of a second to close.
    private static void close(List<Connection> connections) throws Exception {
        List<Callable<@Nullable Void>> endings = new ArrayList<>();
        for (Connection connection : connections) {
            endings.add(() -> {
                connection.close();
                return null;
            });
        }
        together(endings);
    }

    private static void together(List<Callable<@Nullable Void>> tasks) throws Exception {
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<@Nullable Void> done : each.invokeAll(tasks)) {
                done.get();
            }
        }
    }
}
