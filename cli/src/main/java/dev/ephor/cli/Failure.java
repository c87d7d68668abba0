package dev.ephor.cli;

/// Ends a command: says what happened, what can be done about it, and the exit code.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String advice;

    /// @param happened one sentence without a full stop, that names the thing
    /// @param advice what to do now, one or more whole lines; empty where there is nothing to say
    Failure(int exitCode, String happened, String advice) {
        super(happened);
        this.exitCode = exitCode;
        this.advice = advice;
    }

    static Failure usage(String happened) {
        return new Failure(ExitCode.USAGE, happened, "");
    }

    static Failure usage(String happened, String advice) {
        return new Failure(ExitCode.USAGE, happened, advice);
    }

    static Failure error(String happened, String advice) {
        return new Failure(ExitCode.ERROR, happened, advice);
    }

    int exitCode() {
        return exitCode;
    }

    String advice() {
        return advice;
    }

    String happened() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
