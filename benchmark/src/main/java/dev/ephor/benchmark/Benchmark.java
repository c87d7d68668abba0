package dev.ephor.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Puts the cases on the peers. The windows of a case go round its variants, so that whatever else
/// the machine does hits all of them alike.
final class Benchmark {
    private final List<Peer> peers;
    private final Plan plan;
    private final PrintStream progress;

    /// @param first how long each warm-up of each peer lasts
    /// @param windows measured windows of each variant
    /// @param warm before each window the load runs for so long unmeasured
    /// @param measure length of a window
    record Plan(List<Case> cases, Duration first, int windows, Duration warm, Duration measure) {}

    Benchmark(List<Peer> peers, Plan plan, PrintStream progress) {
        this.peers = peers;
        this.plan = plan;
        this.progress = progress;
    }

    List<Summary> run() throws Exception {
        for (Peer peer : peers) {
            say("starting %s: %d servers", peer.name(), Peer.SERVERS);
            peer.start();
            for (ServerProcess server : peer.servers()) {
                say("  server %d is process %d", server.number(), server.handle().pid());
            }
        }
        for (Peer peer : peers) {
            for (Case shape : Case.WARM_UPS) {
                say("warming %s up: %s", peer.name(), shape.name());
                try (Load load = Load.prepare(peer.variants(shape).getFirst(), shape)) {
                    load.window(plan.first(), Duration.ofMillis(100));
                }
            }
        }
        List<Summary> summaries = new ArrayList<>();
        for (Case shape : plan.cases()) {
            summaries.addAll(run(shape));
        }
        return summaries;
    }

    private List<Summary> run(Case shape) throws Exception {
        List<Variant> variants = new ArrayList<>();
        peers.forEach(peer -> variants.addAll(peer.variants(shape)));
        List<Load> loads = new ArrayList<>();
        try {
            for (Variant variant : variants) {
                loads.add(Load.prepare(variant, shape));
            }
            List<List<Window>> windows = measure(shape, loads);
            List<Summary> summaries = new ArrayList<>();
            for (int i = 0; i < variants.size(); i++) {
                summaries.add(Summary.of(shape, variants.get(i), windows.get(i)));
            }
            return summaries;
        } finally {
            for (Load load : loads) {
                load.close();
            }
        }
    }

    /// Every other round goes the other way, so that nobody always follows the same neighbour.
    ///
    /// @return the windows of each load, in the order of the loads
    private List<List<Window>> measure(Case shape, List<Load> loads) throws InterruptedException {
        List<List<Window>> windows = new ArrayList<>();
        loads.forEach(load -> windows.add(new ArrayList<>()));
        for (int round = 0; round < plan.windows(); round++) {
            for (int turn = 0; turn < loads.size(); turn++) {
                int next = round % 2 == 0 ? turn : loads.size() - 1 - turn;
                Load load = loads.get(next);
                Window window = load.window(plan.warm(), plan.measure());
                windows.get(next).add(window);
                say(
                        "%s %s: %.0f/s, p50 %.0f us, p99 %.0f us, %.0f us CPU each, %d errors,"
                                + " others use %.2f cores",
                        shape.name(),
                        load.variant().label(),
                        window.rate(),
                        window.p50(),
                        window.p99(),
                        window.cpuPerOperation(),
                        window.errors(),
                        window.usage().others());
            }
        }
        return windows;
    }

    private void say(String format, Object... arguments) {
        progress.println(String.format(Locale.ROOT, format, arguments));
    }
}
