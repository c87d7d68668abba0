package dev.ephor.benchmark;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ephor benchmark transfer`.
@Command(
        name = "transfer",
        mixinStandardHelpOptions = true,
        description = {
            "Measure how long clients wait while mastership is handed over.",
            "",
            "Five replicas as processes on this machine, started as `ephor up` starts them."
                    + " Mastership goes round the cell while clients write; a gap is the longest"
                    + " that any client waited for one of its writes around a transfer. The first"
                    + " time that a replica becomes master is told apart from later ones: its code"
                    + " has not run before. `control` is the longest wait in the pause before.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor benchmark transfer",
            "  ephor benchmark transfer --loads 10x100 --cells 5 --rounds 1",
        })
final class TransferCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--loads",
            split = ",",
            paramLabel = "LOAD",
            defaultValue = "1x100,10x50",
            description = {
                "CLIENTSxRATE: so many clients, each with a session of its own and so many writes"
                        + " a second; at a rate of 0 each writes as fast as it is answered"
                        + " (default: ${DEFAULT-VALUE})."
            })
    private List<String> loads = List.of();

    @Option(
            names = "--cells",
            paramLabel = "N",
            defaultValue = "3",
            description = "For each load start so many new cells (default: ${DEFAULT-VALUE}).")
    private int cells;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "2",
            description = "Times round each cell (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Load before the first transfer (default: ${DEFAULT-VALUE}).")
    private int warm;

    @Option(
            names = "--pause",
            paramLabel = "MILLIS",
            defaultValue = "1000",
            description = "Load before each transfer (default: ${DEFAULT-VALUE}).")
    private int pause;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where the replicas' data goes meanwhile: decides which disk is measured"
                            + " (default: the system's directory for temporary files).")
    private @Nullable Path dir;

    @Override
    public Integer call() throws Exception {
        if (cells < 1 || rounds < 1 || warm < 0 || pause < 0) {
            throw usage("--cells and --rounds are at least 1, --warm and --pause at least 0");
        }
        List<TransferLoad.Shape> shapes = loads.stream().map(this::shape).toList();
        if (dir != null) {
            Files.createDirectories(dir);
        }
        TransferBenchmark.Plan plan =
                new TransferBenchmark.Plan(
                        shapes, cells, rounds, Duration.ofSeconds(warm), Duration.ofMillis(pause));
        PrintStream out = System.out;
        List<Gap> gaps = new TransferBenchmark(plan, dir, System.err).run();
        new Report(out).aligned(Gap.table(gaps));
        return gaps.stream().allMatch(gap -> gap.errors() == 0) ? 0 : 1;
    }

    private TransferLoad.Shape shape(String text) {
        return TransferLoad.Shape.parse(text)
                .orElseThrow(() -> usage("a load is CLIENTSxRATE, like 10x50, not " + text));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
