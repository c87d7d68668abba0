package dev.ephor.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Hands mastership round new cells, under loads.
final class TransferBenchmark {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Plan plan;
    private final @Nullable Path parent;
    private final PrintStream progress;

    /// @param cells new ones for each load
    /// @param rounds times round each cell
    /// @param warm load before the first transfer
    /// @param pause load before each transfer
    record Plan(
            List<TransferLoad.Shape> loads, int cells, int rounds, Duration warm, Duration pause) {}

    /// @param parent where the data goes; null for the place of temporary files
    TransferBenchmark(Plan plan, @Nullable Path parent, PrintStream progress) {
        this.plan = plan;
        this.parent = parent;
        this.progress = progress;
    }

    List<Gap> run() throws Exception {
        List<Gap> gaps = new ArrayList<>();
        for (TransferLoad.Shape shape : plan.loads()) {
            for (int cell = 0; cell < plan.cells(); cell++) {
                gaps.addAll(round(shape));
            }
        }
        return gaps;
    }

    private List<Gap> round(TransferLoad.Shape shape) throws Exception {
        try (Workplace workplace = Workplace.open(parent)) {
            EphorPeer peer = EphorPeer.asInstalled(workplace.directory());
            workplace.closeLater(peer);
            peer.start();
            try (TransferLoad load = TransferLoad.start(peer, shape)) {
                Waiting.pass(plan.warm());
                return transfers(peer, load, shape);
            }
        }
    }

    private List<Gap> transfers(EphorPeer peer, TransferLoad load, TransferLoad.Shape shape)
            throws Exception {
        List<Gap> gaps = new ArrayList<>();
        int master = peer.leader();
        TreeSet<Integer> masters = new TreeSet<>(List.of(master));
        for (int transfer = 0; transfer < plan.rounds() * Peer.SERVERS; transfer++) {
            load.mark();
            Waiting.pass(plan.pause());
            Duration control = load.longest();
            int next = master % Peer.SERVERS + 1;
            load.mark();
            boolean done = peer.transfer(master, next);
            load.awaitEach(PATIENCE);
            Gap gap =
                    new Gap(
                            shape.text(),
                            masters.add(next),
                            load.longest(),
                            control,
                            done,
                            load.errors());
            tell(gap, master, next);
            gaps.add(gap);
            master = done ? next : peer.leader();
            masters.add(master);
        }
        return gaps;
    }

    private void tell(Gap gap, int from, int to) {
        progress.println(
                String.format(
                        Locale.ROOT,
                        "%s: from %d to %d%s%s, %.1f ms (%.1f ms before)",
                        gap.load(),
                        from,
                        to,
                        gap.first() ? " for the first time" : "",
                        gap.done() ? "" : " was not done",
                        gap.longest().toNanos() / 1e6,
                        gap.control().toNanos() / 1e6));
    }
}
