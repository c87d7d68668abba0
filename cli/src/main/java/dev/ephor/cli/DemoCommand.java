package dev.ephor.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "A tour of less than a minute: a cell survives kill -9 of its master, three times.",
            "",
            "Five replicas run as processes of their own. Workers compete for a lock and write",
            "under it while the master is killed. Needs nothing, leaves nothing behind, and ends",
            "with a verdict that it computes from what the workers saw and what the cell holds.",
        },
        footer = {"", "Exit codes: 0 the verdict is good; 1 it is not."})
final class DemoCommand implements Callable<Integer> {
    @Mixin private final Output output = new Output();

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "4",
            description = "How many compete. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many times the master is killed. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(names = "--keep", description = "Keep the cell's directory, with the replicas' logs.")
    private boolean keep;

    @Override
    public Integer call() throws IOException {
        if (workers < 1 || workers > 50) {
            throw Failure.usage("--workers " + workers + " is not between 1 and 50");
        }
        if (kills < 0 || kills > 100) {
            throw Failure.usage("--kills " + kills + " is not between 0 and 100");
        }
        Path directory = Files.createTempDirectory("ephor-demo-");
        boolean passed = false;
        try (Signals signals = Signals.catching()) {
            Thread tourist = Thread.currentThread();
            signals.onSignal(name -> tourist.interrupt());
            passed = tour(directory);
        } finally {
            if (keep || !passed) {
                output.remark("The cell's directory, with the replicas' logs: " + directory);
            } else {
                Trees.delete(directory);
            }
        }
        return passed ? ExitCode.OK : ExitCode.ERROR;
    }

    private boolean tour(Path directory) throws IOException {
        int port = Ports.freeRange(2 * CellDirectory.DEFAULT_REPLICAS, new Random());
        CellDirectory.Wishes wishes =
                new CellDirectory.Wishes(CellDirectory.DEFAULT_REPLICAS, port);
        Narrator narrator = new Narrator(output);
        try (CellDirectory place = CellDirectory.open(directory, wishes);
                LocalCell cell = LocalCell.start(place, LocalCell.Listener.NONE);
                DemoTour tour = new DemoTour(narrator, cell, workers, kills)) {
            DemoVerdict verdict = tour.run();
            report(verdict, narrator);
            return verdict.passed();
        }
    }

    private void report(DemoVerdict verdict, Narrator narrator) {
        if (output.isJson()) {
            output.println(json(verdict).toString());
            return;
        }
        narrator.plain("");
        Table table = new Table("", ">", "");
        table.row("  writes acknowledged", verdict.acknowledged(), "");
        table.row("  writes lost", verdict.lost(), "each was read back and compared");
        table.row("  times the lock was given", verdict.holdings(), "");
        table.row(
                "  overlapping holders",
                verdict.overlaps(),
                "by one clock, and by their sequencers");
        table.row(
                "  late writes accepted",
                verdict.lateWriteRefused() ? 0 : 1,
                "their sequencer was out of date");
        table.row("  fail-overs", verdict.gaps().size(), "writers waited " + gaps(verdict));
        table.body().forEach(narrator::plain);
        narrator.plain("");
        if (verdict.passed()) {
            narrator.good("PASSED: nothing was lost and nobody shared the lock.");
        } else {
            narrator.bad("FAILED:");
            verdict.faults().stream().limit(20).forEach(fault -> narrator.bad("- " + fault));
        }
    }

    private static String gaps(DemoVerdict verdict) {
        return verdict.gaps().isEmpty()
                ? "for nothing"
                : String.join(", ", verdict.gaps().stream().map(Durations::show).toList());
    }

    private static JsonLine json(DemoVerdict verdict) {
        List<String> gaps =
                verdict.gaps().stream().map(gap -> String.valueOf(gap.toMillis())).toList();
        return new JsonLine()
                .put("event", "verdict")
                .put("passed", verdict.passed())
                .put("acknowledged", verdict.acknowledged())
                .put("lost", verdict.lost())
                .put("holdings", verdict.holdings())
                .put("overlaps", verdict.overlaps())
                .put("late_write_refused", verdict.lateWriteRefused())
                .put("gaps_ms", gaps)
                .put("faults", verdict.faults());
    }
}
