package dev.ephor.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ephor benchmark`.
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        subcommands = TransferCommand.class,
        description = {
            "Measure Ephor and ZooKeeper side by side, and print the ratios.",
            "",
            "Five servers each, as processes on this machine, everything flushed to disk before it"
                    + " is acknowledged.",
            "",
            "The windows of a case go round the peers. ZooKeeper is measured with all clients on"
                    + " its leader and with clients spread over its servers; the better one is"
                    + " compared. Its plain reads may be stale: they are shown, and its sync+read"
                    + " is compared with Ephor's reads, which are linearizable."
        },
        footer = {
            "",
            "Examples:",
            "  ephor benchmark",
            "  ephor benchmark --cases write-1x5,read-100x128 --windows 5",
            "  ephor benchmark --peers ephor --measure 30 --json"
        })
final class BenchmarkCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "PEER",
            defaultValue = "ephor,zookeeper",
            description = "What to measure: ephor, zookeeper (default: ${DEFAULT-VALUE}).")
    private List<String> peers = List.of();

    @Option(
            names = "--cases",
            split = ",",
            paramLabel = "CASE",
            description = {
                "Only these cases (default: all): write-1x5, write-10x5, write-20x5, write-100x5,"
                        + " write-1x8192, write-4x8192, write-1x32768, write-4x256x128,"
                        + " read-100x128.",
                "WORKERSxBYTES: each worker waits for its answers; CONNECTIONSxINFLIGHTxBYTES:"
                        + " each connection has so many calls in flight."
            })
    private List<String> cases = List.of();

    @Option(
            names = "--first",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = {
                "Length of each of the two warm-ups of each peer, which bring its code to its"
                        + " compiled form (default: ${DEFAULT-VALUE})."
            })
    private int first;

    @Option(
            names = "--warm",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Load without measuring before each window (default: ${DEFAULT-VALUE}).")
    private int warm;

    @Option(
            names = "--measure",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Length of a window (default: ${DEFAULT-VALUE}).")
    private int measure;

    @Option(
            names = "--windows",
            paramLabel = "N",
            defaultValue = "3",
            description = "Windows of each case and peer (default: ${DEFAULT-VALUE}).")
    private int windows;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where the servers' data goes while the benchmark runs: decides which disk is"
                            + " measured (default: the system's directory for temporary files).")
    private @Nullable Path dir;

    @Option(
            names = "--jvm",
            split = ",",
            paramLabel = "OPTION",
            defaultValue = "-Xmx512m,-XX:+UseG1GC",
            description = "Java options of every server, all peers (default: ${DEFAULT-VALUE}).")
    private List<String> jvm = List.of();

    @ArgGroup private Format format = new Format();

    /// How the figures are printed; a table where neither is asked for.
    static final class Format {
        @Option(names = "--json", description = "Print one JSON object for each row.")
        private boolean json;

        @Option(names = "--tsv", description = "Print columns separated by tabs.")
        private boolean tsv;
    }

    @Override
    public Integer call() throws Exception {
        Benchmark.Plan plan = plan();
        PrintStream out = System.out;
        try (Workplace workplace = Workplace.open(dir)) {
            List<Peer> chosen = new ArrayList<>();
            for (String name : peers) {
                Peer peer = peer(name, workplace.directory());
                workplace.closeLater(peer);
                chosen.add(peer);
            }
            List<Summary> summaries = new Benchmark(chosen, plan, System.err).run();
            Report report = new Report(out);
            if (format.json) {
                report.json(summaries);
            } else if (format.tsv) {
                report.tsv(summaries);
            } else {
                report.table(summaries);
            }
            return summaries.stream().allMatch(summary -> summary.errors() == 0) ? 0 : 1;
        }
    }

    private Benchmark.Plan plan() throws IOException {
        if (first < 0 || warm < 0 || measure < 1 || windows < 1) {
            throw usage("--first and --warm are at least 0, --measure and --windows at least 1");
        }
        if (dir != null) {
            Files.createDirectories(dir);
        }
        List<Case> chosen =
                cases.isEmpty()
                        ? Case.ALL
                        : cases.stream()
                                .map(name ->
                                        Case.named(name)
                                                .orElseThrow(() ->
                                                        usage(
                                                                "there is no case %s; there are %s"
                                                                        .formatted(
                                                                                name,
                                                                                String.join(
                                                                                        ", ",
                                                                                        Case
                                                                                                .names())))))
                                .toList();
        return new Benchmark.Plan(
                chosen,
                Duration.ofSeconds(first),
                windows,
                Duration.ofSeconds(warm),
                Duration.ofSeconds(measure));
    }

    private Peer peer(String name, Path directory) {
        return switch (name) {
            case "ephor" -> new EphorPeer(directory, jvm);
            case "zookeeper" -> new ZooKeeperPeer(directory, jvm);
            default -> throw usage("there is no peer " + name + "; there are ephor, zookeeper");
        };
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
