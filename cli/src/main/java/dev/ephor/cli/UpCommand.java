package dev.ephor.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = {
            "Run a whole cell on this machine, a process per replica, until Ctrl-C.",
            "",
            "The data stays in the directory: `up` again goes on with it. A replica that ends,",
            "however it ends, is started again. Commands that are started beside the directory",
            "find the cell by themselves; others are told by --server or EPHOR_SERVERS.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor up",
            "  ephor up --dir /var/tmp/cell --port 9000 --replicas 3",
            "",
            "Five replicas on one machine are for trying things out. For real use run",
            "`ephor replica` on five machines.",
        })
final class UpCommand implements Callable<Integer> {
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long REFRESH_MILLIS = 500;
    private static final Duration LONG_START = Duration.ofSeconds(30);

    @Mixin private final Output output = new Output();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = CellDirectory.DEFAULT,
            description = "Where the cell's data is and stays. Default: ${DEFAULT-VALUE}.")
    private Path dir = Path.of(CellDirectory.DEFAULT);

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "The first of two ports a replica. Default: that of the last time, or 7400.")
    private @Nullable Integer port;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            description = "How many. Default: as many as the directory has, or 5.")
    private @Nullable Integer replicas;

    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

    /// What the loop is told of.
    private sealed interface Happening {
        record Started(int replica, long pid) implements Happening {}

        record Ended(int replica, String how, Duration pause) implements Happening {}

        record Stop(String signal) implements Happening {}
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Signals signals = Signals.catching();
                CellDirectory directory =
                        CellDirectory.open(dir, new CellDirectory.Wishes(replicas, port));
                LocalCell cell = LocalCell.start(directory, new Forwarding());
                StatusQuery query = new StatusQuery(ANSWER)) {
            signals.onSignal(name -> happenings.add(new Happening.Stop(name)));
            UpView view = output.isJson() ? new UpView.Json(output) : UpView.forPeople(output);
            run(cell, query, view);
            view.stopping();
            List<Integer> forced = cell.stop();
            view.stopped(forced);
            return forced.isEmpty() ? ExitCode.OK : ExitCode.ERROR;
        }
    }

    /// Until somebody wants it to stop.
    private void run(LocalCell cell, StatusQuery query, UpView view)
            throws InterruptedException, IOException {
        CellDirectory.Plan plan = cell.plan();
        view.starting(plan, cell.directory());
        long began = System.nanoTime();
        boolean served = false;
        boolean warned = false;
        while (true) {
            Happening happening =
                    happenings.poll(served ? REFRESH_MILLIS : 100, TimeUnit.MILLISECONDS);
            switch (happening) {
                case Happening.Stop stop -> {
                    return;
                }
                case Happening.Ended(int replica, String how, Duration pause) ->
                        view.ended(replica, how, pause);
                case Happening.Started(int replica, long pid) -> {
                    if (served) {
                        view.restarted(replica, pid);
                    }
                }
                case null -> {}
            }
            List<ReplicaView> views = query.ask(plan.servers());
            if (views.stream().allMatch(ReplicaView::answers)) {
                cell.directory().begin();
            }
            if (!served && views.stream().anyMatch(ReplicaView::isMaster)) {
                served = true;
                view.up(plan, cell.directory(), Duration.ofNanos(System.nanoTime() - began));
            }
            if (served) {
                view.refresh(views);
            } else if (!warned && System.nanoTime() - began > LONG_START.toNanos()) {
                warned = true;
                view.slow(Diagnosis.of(views));
            }
        }
    }

    static String servers(CellDirectory.Plan plan) {
        return plan.servers().stream().map(Address::toString).collect(Collectors.joining(","));
    }

    /// From the keeper's thread to the loop.
    private final class Forwarding implements LocalCell.Listener {
        @Override
        public void started(int replica, long pid) {
            happenings.add(new Happening.Started(replica, pid));
        }

        @Override
        public void ended(int replica, String how, Duration pause) {
            happenings.add(new Happening.Ended(replica, how, pause));
        }
    }
}
