package dev.ephor.simulator;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ephor explore`: looks at every state of a small cell.
@Command(
        name = "explore",
        description = {
            "Look at every state that a small cell can get into, within bounds.",
            "",
            "The real core, without disks and files: every order of messages, every loss, crashes,",
            "slow disks, leases that run out. The shortest way to a broken rule is printed, if",
            "there is one."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:complete: nothing is wrong in any state within the bounds",
            "1:a rule is broken",
            "2:the options do not fit",
            "3:unfinished: nothing is wrong in the states that were looked at"
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
public final class ExploreCommand implements Callable<Integer> {
    private static final int UNFINISHED = 3;
    private static final long QUIET_SECONDS = 5;

    @Option(names = "--replicas", paramLabel = "N", description = "in the cell")
    private int replicas = Bounds.SMALL.replicas();

    @Option(
            names = "--learners",
            paramLabel = "N",
            description = "the last of them, each to take the place of a voter")
    private int learners = Bounds.SMALL.learners();

    @Option(
            names = "--growing",
            description = "learners are to vote beside the others and replace nobody")
    private boolean growing;

    @Option(
            names = "--changes",
            paramLabel = "N",
            description = "promotions of all learners that are asked for")
    private int changes = Bounds.SMALL.changes();

    @Option(names = "--hand-overs", paramLabel = "N", description = "that are asked for")
    private int handOvers = Bounds.SMALL.handOvers();

    @Option(
            names = "--candidates",
            paramLabel = "N",
            description = "so many of them may stand for election; the others are interchangeable")
    private int candidates = Bounds.SMALL.candidates();

    @Option(names = "--elections", paramLabel = "N", description = "propose phases, of all")
    private int elections = Bounds.SMALL.elections();

    @Option(names = "--ticks", paramLabel = "N", description = "heartbeats and repetitions")
    private int ticks = Bounds.SMALL.ticks();

    @Option(names = "--leases", paramLabel = "N", description = "how often all leases run out")
    private int leases = Bounds.SMALL.leases();

    @Option(names = "--commands", paramLabel = "N", description = "given to coordinators")
    private int commands = Bounds.SMALL.commands();

    @Option(names = "--crashes", paramLabel = "N", description = "of any replica at any time")
    private int crashes = Bounds.SMALL.crashes();

    @Option(names = "--slow", paramLabel = "N", description = "flushes that take their time")
    private int slow = Bounds.SMALL.slow();

    @Option(
            names = "--duplicates",
            paramLabel = "N",
            description = "messages that arrive a second time")
    private int duplicates = Bounds.SMALL.duplicates();

    @Option(
            names = "--order",
            paramLabel = "N",
            split = ",",
            description = "who stands first, second and so on; anybody where nothing is said")
    private List<Integer> order = List.of();

    @Option(
            names = "--states",
            paramLabel = "N",
            description = "stop unfinished after so many states")
    private long states = Bounds.SMALL.states();

    @Option(names = "--mutate", paramLabel = "NAME", description = "plant this bug first")
    private @Nullable String mutate;

    @Spec private @Nullable CommandSpec spec;

    /// Called by picocli.
    public ExploreCommand() {}

    /// Runs the command by itself, without the rest of the command line.
    public static void main(String... arguments) {
        System.exit(new CommandLine(new ExploreCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = line.getOut();
        Bounds bounds;
        try {
            bounds =
                    new Bounds(
                            replicas,
                            learners,
                            !growing,
                            changes,
                            handOvers,
                            candidates,
                            elections,
                            ticks,
                            leases,
                            commands,
                            crashes,
                            slow,
                            duplicates,
                            order,
                            states);
        } catch (IllegalArgumentException impossible) {
            throw new ParameterException(line, String.valueOf(impossible.getMessage()));
        }
        out.println(bounds.describe());
        out.flush();
        long started = System.nanoTime();
        Exploration found =
                Exploration.of(
                        bounds, mutation(line), layer -> told(line.getErr(), started, layer));
        double seconds = (System.nanoTime() - started) / 1e9;
        found.story().forEach(out::println);
        out.printf(
                Locale.ROOT,
                "%s: %,d states (%,d transitions, %d deep; %,d states of single replicas, "
                        + "%,d steps of the core) in %.1f s%n",
                found.verdict(),
                found.states(),
                found.transitions(),
                found.depth(),
                found.localStates(),
                found.coreSteps(),
                seconds);
        out.flush();
        if (found.wrong() != null) {
            return 1;
        }
        return found.complete() ? 0 : UNFINISHED;
    }

    /// Who waits long wants to know how far it is.
    private static void told(PrintWriter err, long started, String layer) {
        long seconds = (System.nanoTime() - started) / 1_000_000_000;
        if (seconds >= QUIET_SECONDS) {
            err.println(layer + " in " + seconds + " s");
            err.flush();
        }
    }

    private @Nullable Mutation mutation(CommandLine line) {
        String name = mutate;
        if (name == null) {
            return null;
        }
        List<String> core =
                Mutations.all().stream()
                        .filter(mutation -> mutation.profile().equals("core"))
                        .map(Mutation::name)
                        .toList();
        if (!core.contains(name)) {
            throw new ParameterException(
                    line, "--mutate is one of the core's planted bugs: " + String.join(", ", core));
        }
        return Mutations.named(name).orElseThrow();
    }
}
