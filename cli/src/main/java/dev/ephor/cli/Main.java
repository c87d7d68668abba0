package dev.ephor.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Where `ephor` starts.
public final class Main {
    /// Every line on standard error that is not a command's own begins with this.
    static final String PREFIX = "ephor: ";

    private Main() {}

    /// Runs the command and ends the process with its exit code; `ephor --help` lists the codes.
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// Runs the command in this process.
    static int run(String... args) {
        List<String> words = Arrays.asList(args);
        boolean json = words.subList(0, endOfOptions(words)).contains("--json");
        CommandLine line = Commands.commandLine(words);
        line.setParameterExceptionHandler((mistake, unused) -> misused(mistake, json));
        line.setExecutionExceptionHandler((exception, command, parsed) -> {
            Failure failure = Failures.explain(exception);
            report(failure, json);
            return failure.exitCode();
        });
        int code = line.execute(args);
        System.out.flush();
        return code;
    }

    private static int endOfOptions(List<String> words) {
        int end = words.indexOf("--");
        return end < 0 ? words.size() : end;
    }

    static void report(Failure failure, boolean json) {
        String advice = SelfStart.inUsersWords(failure.advice());
        if (json) {
            JsonLine line = new JsonLine().put("error", failure.happened());
            if (!advice.isEmpty()) {
                line.put("advice", advice);
            }
            System.err.println(line.put("exit_code", failure.exitCode()));
            return;
        }
        System.err.println(PREFIX + failure.happened());
        advice.lines().forEach(line -> System.err.println("  " + line));
    }

    private static int misused(ParameterException mistake, boolean json) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        StringBuilder advice = new StringBuilder();
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty() && near.size() <= 3) {
                advice.append("Did you mean: ").append(String.join(", ", near)).append("?\n");
            }
        }
        if (name.equals("ephor lock") && mistake instanceof UnmatchedArgumentException) {
            advice.append("The command to run comes after --, with its own options.\n");
        }
        advice.append("See `").append(name).append(" --help`.");
        report(Failure.usage(reword(mistake, command), advice.toString()), json);
        return ExitCode.USAGE;
    }

    /// Picocli's words, where they do not speak of Java.
    private static String reword(ParameterException mistake, CommandLine command) {
        if (mistake instanceof UnmatchedArgumentException unmatched
                && command.getParent() == null
                && !unmatched.getUnmatched().getFirst().startsWith("-")) {
            return "there is no command '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return String.valueOf(mistake.getMessage())
                .lines()
                .findFirst()
                .orElse("")
                .replaceFirst(" is not an? (int|long)$", " is not a whole number");
    }
}
