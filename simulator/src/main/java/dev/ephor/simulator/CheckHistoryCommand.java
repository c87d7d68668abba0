package dev.ephor.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ephor check-history`: judges what clients recorded.
@Command(
        name = "check-history",
        description = {
            "Tell whether a recorded history of a cell is linearizable.",
            "",
            "Could the answers that clients got have come from files and locks that serve one",
            "request after the other, each between its call and its answer? Where not, the",
            "smallest part that contradicts itself is shown.",
            "The format is in docs/HISTORY.md."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the history is linearizable",
            "1:it is not",
            "2:a file cannot be read or understood",
            "3:undecided: too much was under way at a time to tell in so many states, or in memory"
        },
        mixinStandardHelpOptions = true)
public final class CheckHistoryCommand implements Callable<Integer> {
    private static final int IMPOSSIBLE = 1;
    private static final int UNREADABLE = 2;
    private static final int UNDECIDED = 3;
    private static final List<String> VERDICTS =
            List.of("linearizable", "not linearizable", "", "undecided");

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "a recorded history, - for standard input; of several files, all recorded "
                            + "on one machine, the processes are told apart")
    private List<String> files = List.of();

    @Option(
            names = "--states",
            paramLabel = "N",
            description =
                    "give a file or a lock up as undecided after so many states (default: "
                            + "${DEFAULT-VALUE})")
    private int states = OrderSearch.MOST_STATES;

    @Spec private @Nullable CommandSpec spec;

    /// Called by picocli.
    public CheckHistoryCommand() {}

    /// Runs the command by itself, without the rest of the command line.
    public static void main(String... arguments) {
        System.exit(new CommandLine(new CheckHistoryCommand()).execute(arguments));
    }

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        if (states < 1) {
            throw new ParameterException(line, "--states is 1 or more");
        }
        try {
            return judge(line.getOut(), line.getErr());
        } catch (OutOfMemoryError _) {
            line.getErr()
                    .println(
                            "ephor: undecided: there is no memory left; a history of fewer operations, or"
                                    + " EPHOR_JAVA_OPTIONS=-Xmx8g, may help");
            line.getErr().flush();
            return UNDECIDED;
        }
    }

    private int judge(PrintWriter out, PrintWriter err) {
        History history;
        try {
            history = read();
        } catch (History.Mistake mistake) {
            err.println("ephor: " + mistake.getMessage());
            err.println("  The format is in docs/HISTORY.md.");
            err.flush();
            return UNREADABLE;
        } catch (IOException unreadable) {
            err.println("ephor: " + unreadable.getMessage());
            err.flush();
            return UNREADABLE;
        }
        long started = System.nanoTime();
        List<HistoryJudge.Finding> findings = HistoryJudge.judge(history, states);
        double seconds = (System.nanoTime() - started) / 1e9;
        findings.forEach(
                finding -> out.printf("%s: %s%n", finding.name(), finding.contradiction()));
        out.printf(
                Locale.ROOT,
                "%d operations (%d of unknown outcome, %d that had no effect or answer) "
                        + "on %d files and %d locks: %s, in %.1f s%n",
                history.operations(),
                history.unknown(),
                history.withoutEffect(),
                history.registers.size(),
                history.locks.size(),
                VERDICTS.get(exitCode(findings)),
                seconds);
        out.flush();
        return exitCode(findings);
    }

    private static int exitCode(List<HistoryJudge.Finding> findings) {
        if (findings.isEmpty()) {
            return 0;
        }
        boolean impossible =
                findings.stream()
                        .anyMatch(finding ->
                                finding.contradiction() instanceof Contradiction.Found<?>);
        return impossible ? IMPOSSIBLE : UNDECIDED;
    }

    private History read() throws IOException, History.Mistake {
        HistoryReader reader = new HistoryReader();
        for (String file : files) {
            try (BufferedReader lines = open(file)) {
                reader.read(file, lines);
            } catch (IOException unreadable) {
                throw new IOException(file + ": " + Reason.of(unreadable), unreadable);
            }
        }
        return reader.history();
    }

    private static BufferedReader open(String file) throws IOException {
        if (!file.equals("-")) {
            return Files.newBufferedReader(Path.of(file));
        }
        return new BufferedReader(
                new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
    }
}
