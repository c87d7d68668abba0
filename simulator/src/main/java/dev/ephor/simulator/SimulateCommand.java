package dev.ephor.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ephor simulate`: runs seeds, repeats one, or shows how soon planted bugs are found.
@Command(
        name = "simulate",
        description = {
            "Run a whole cell in one thread, under simulated time and with faults.",
            "",
            "The network and the disks are simulated too; the code of the replicas is the real one.",
            "A seed decides everything: the same seed gives the same run, bit by bit."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no run broke a rule; with --mutations: every planted bug was found, and the canary",
            "1:a run broke a rule; with --mutations: something was not found",
            "2:the options do not fit, or a file cannot be written",
        },
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    private static final int MOST_FAILURES = 100;

    /// More simulated seconds, or minutes, do not fit into a number of nanoseconds.
    private static final long MOST_SECONDS = 100_000_000;

    @Option(names = "--seed", paramLabel = "N", description = "run this one seed")
    private @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "A-B", description = "run all seeds from A to B")
    private @Nullable String seeds;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            completionCandidates = Profiles.class,
            description =
                    "what kind of cell: one of ${COMPLETION-CANDIDATES} (default: all of them)")
    private @Nullable String profile;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description =
                    "how long the faults last, in simulated seconds (default: drawn by the seed)")
    private long duration;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "begin no run after so many minutes (default: run all seeds)")
    private long minutes;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "end each run after so many events (default: when it is through)")
    private long steps;

    @Option(
            names = "--only",
            paramLabel = "CHOICES",
            split = ",",
            description =
                    "make only these of the run's choices, as a shrunk failure names them "
                            + "(with --seed)")
    private @Nullable List<String> only;

    @Option(names = "--no-shrink", description = "do not look for a shorter run where a seed fails")
    private boolean whole;

    @Option(names = "--trace", description = "print everything that happens (with --seed)")
    private boolean trace;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description =
                    "write what the clients asked and were told, for check-history "
                            + "(with --seed; profile cell)")
    private @Nullable Path history;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "write what the runs came to as JSON, too (with --seeds or --mutations)")
    private @Nullable Path reportFile;

    @Option(
            names = "--trace-hash",
            description = "print the hash of everything that happened, for each run")
    private boolean traceHash;

    @Option(
            names = "--jobs",
            paramLabel = "J",
            description = "run so many seeds at a time (default: all processors)")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--mutate", paramLabel = "NAME", description = "plant this bug first")
    private @Nullable String mutate;

    @Option(
            names = "--mutations",
            description =
                    "plant every known bug in turn (of --profile, or the one of --mutate) and "
                            + "print how many seeds and seconds it took to find it; a seed that "
                            + "fails without the bug too does not count")
    private boolean mutations;

    @Spec private @Nullable CommandSpec spec;

    /// What `--profile` can be.
    static final class Profiles implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Simulator.profiles().iterator();
        }
    }

    /// Called by picocli.
    public SimulateCommand() {}

    /// Runs the command by itself, without the rest of the command line.
    public static void main(String... arguments) {
        System.exit(new CommandLine(new SimulateCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        CommandSpec described = java.util.Objects.requireNonNull(spec);
        PrintWriter out = described.commandLine().getOut();
        check();
        List<String> profiles = profile == null ? Simulator.profiles() : List.of(profile);
        if (mutations) {
            return printTable(out, profiles) ? 0 : 1;
        }
        long[] range = range();
        Mutation mutation = mutate == null ? null : mutation(mutate);
        Campaign campaign = new Campaign(profiles, range[0], range[1], duration, mutation, jobs);
        campaign.steps(steps);
        if (minutes > 0) {
            campaign.atMost(Duration.ofMinutes(minutes));
        }
        if (only != null) {
            campaign.only(new TreeSet<>(only));
        }
        List<String> recorded = new ArrayList<>();
        campaign.printTrace(reader(out, recorded));
        List<RunSpec> failures = new ArrayList<>();
        Progress progress =
                new Progress(
                        described.commandLine().getErr(),
                        (range[1] - range[0] + 1) * profiles.size());
        Campaign.Summary summary =
                campaign.run(outcome -> {
                    if (!outcome.holds() && failures.size() < MOST_FAILURES) {
                        failures.add(outcome.spec());
                    }
                    report(out, campaign, outcome);
                    progress.add(outcome);
                });
        Report report =
                new Report(
                        profiles,
                        range[0],
                        range[1],
                        duration,
                        jobs,
                        progress.seconds(),
                        summary,
                        failures);
        report.print(out);
        if (reportFile != null) {
            write(report::write, reportFile);
        }
        if (history != null) {
            writeHistory(history, recorded);
        }
        out.flush();
        return summary.failed() == 0 ? 0 : 1;
    }

    /// Refuses what does not fit before anything runs.
    private void check() {
        if (profile != null && !Simulator.profiles().contains(profile)) {
            throw bad("--profile is one of " + String.join(", ", Simulator.profiles()));
        }
        require(jobs >= 1, "--jobs is 1 or more");
        require(duration >= 0 && duration <= MOST_SECONDS, "--duration is 0 to " + MOST_SECONDS);
        require(minutes >= 0 && minutes <= MOST_SECONDS, "--minutes is 0 to " + MOST_SECONDS);
        require(steps >= 0, "--steps is 0 or more");
        require(seed == null || seeds == null, "--seed and --seeds do not go together");
        if (mutations) {
            require(seed == null, "--mutations tries seeds from 1 on: --seeds 1-N says how many");
            require(
                    !trace && only == null && history == null,
                    "--trace, --only and --history go with --seed, not with --mutations");
        } else {
            long[] range = range();
            boolean one = range[0] == range[1] && profile != null;
            require(
                    one || (!trace && only == null),
                    "--trace and --only go with --seed and --profile");
            require(
                    history == null || (one && "cell".equals(profile)),
                    "--history goes with --seed and --profile cell");
        }
        writable("--report", reportFile);
        writable("--history", history);
    }

    private void require(boolean fits, String message) {
        if (!fits) {
            throw bad(message);
        }
    }

    /// What runs for hours must not end with a file that cannot be written. Leaves a file as it is,
    /// and no new one behind.
    private void writable(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        boolean isThere = Files.exists(file);
        try {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
            if (!isThere) {
                Files.delete(file);
            }
        } catch (IOException unwritable) {
            throw bad(option + ": cannot write " + file + ": " + Reason.of(unwritable));
        }
    }

    private boolean printTable(PrintWriter out, List<String> profiles) {
        List<Mutation> planted =
                Mutations.all().stream()
                        .filter(each -> mutate == null || each.equals(mutation(mutate)))
                        .filter(each -> profiles.contains(each.profile()))
                        .toList();
        long most = seeds == null ? MutationTable.MOST_SEEDS : range()[1];
        MutationTable table =
                MutationTable.print(out, planted, most, jobs, run -> Simulator.run(run, null));
        if (reportFile != null) {
            write(table::write, reportFile);
        }
        return table.proves();
    }

    /// Who gets the lines of the trace: the user, the history, both or nobody.
    private @Nullable Consumer<String> reader(PrintWriter out, List<String> recorded) {
        if (history == null) {
            return trace ? out::println : null;
        }
        return line -> {
            if (trace) {
                out.println(line);
            }
            HistoryNote.in(line).ifPresent(recorded::add);
        };
    }

    /// Something that can be written to a file.
    private interface Writable {
        void write(Path file) throws IOException;
    }

    private void write(Writable report, Path file) {
        try {
            report.write(file);
        } catch (IOException unwritable) {
            throw bad("--report: cannot write " + file + ": " + Reason.of(unwritable));
        }
    }

    private void writeHistory(Path file, List<String> lines) {
        try {
            Files.write(file, lines);
        } catch (IOException unwritable) {
            throw bad("--history: cannot write " + file + ": " + Reason.of(unwritable));
        }
    }

    private void report(PrintWriter out, Campaign campaign, Outcome outcome) {
        RunSpec run = outcome.spec();
        if (traceHash) {
            out.printf("%s %d %016x%n", run.profile(), run.seed(), outcome.hash());
        }
        if (!outcome.holds()) {
            out.printf("FAILED seed %d, profile %s%n", run.seed(), run.profile());
            Story.print(out, campaign, outcome, !whole && !trace);
            out.printf("repeat the whole run with: %s%n%n", Story.repeat(campaign, run));
        }
        out.flush();
    }

    private long[] range() {
        if (seed != null) {
            return new long[] {seed, seed};
        }
        if (seeds == null) {
            throw bad("say which run: --seed N, --seeds A-B or --mutations");
        }
        String[] ends = seeds.split("-", -1);
        try {
            long first = Long.parseLong(ends[0]);
            long last = Long.parseLong(ends[ends.length - 1]);
            if (ends.length <= 2 && first <= last) {
                return new long[] {first, last};
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw bad("--seeds wants two numbers, the lower first: --seeds 1-500");
    }

    private Mutation mutation(String name) {
        return Mutations.named(name)
                .orElseThrow(() ->
                        bad(
                                "no planted bug is called "
                                        + name
                                        + "; there are "
                                        + String.join(
                                                ", ",
                                                Mutations.all().stream()
                                                        .map(Mutation::name)
                                                        .toList())));
    }

    private ParameterException bad(String message) {
        return new ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), message);
    }
}
