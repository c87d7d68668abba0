package dev.ephor.cli;

import dev.ephor.client.EphorException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What each exception means to somebody at a command line.
final class Failures {
    private Failures() {}

    /// @throws Error, or the exception itself, where only a bug can have brought it
    static Failure explain(Exception exception) throws Exception {
        return switch (exception) {
            case Failure failure -> failure;
            case EphorException failure -> explain(failure);
            case FileSystemException failure ->
                    Failure.error(failure.getFile() + ": " + why(failure), "");
            case IOException failure -> Failure.error(String.valueOf(failure.getMessage()), "");
            default -> throw exception;
        };
    }

    private static Failure explain(EphorException exception) {
        String happened = String.valueOf(exception.getMessage());
        return switch (exception) {
            case EphorException.NotFound e -> new Failure(ExitCode.NOT_FOUND, happened, "");
            case EphorException.HandleInvalid e -> new Failure(ExitCode.NOT_FOUND, happened, "");
            case EphorException.AlreadyExists e ->
                    new Failure(ExitCode.CONDITION_FAILED, happened, "");
            case EphorException.GenerationMismatch e ->
                    new Failure(
                            ExitCode.CONDITION_FAILED,
                            happened,
                            "Read it again: somebody else has written it in the meantime.");
            case EphorException.SequencerInvalid e ->
                    new Failure(
                            ExitCode.LOCK_LOST,
                            happened,
                            "The lock that the sequencer names is not held any more.");
            case EphorException.NotHeld e -> new Failure(ExitCode.LOCK_LOST, happened, "");
            case EphorException.LockTimeout e ->
                    new Failure(ExitCode.LOCK_NOT_ACQUIRED, happened, "");
            case EphorException.Unreachable e ->
                    new Failure(ExitCode.UNREACHABLE, happened, Target.ADVICE);
            case EphorException.SessionOver e ->
                    new Failure(
                            ExitCode.UNREACHABLE,
                            happened,
                            "No master renewed the session. `ephor status` shows how the cell is.");
            case EphorException.OutcomeUnknown e ->
                    new Failure(
                            ExitCode.OUTCOME_UNKNOWN,
                            happened,
                            "It may have taken effect or not: look before you do it again.");
            case EphorException.NotEmpty e ->
                    Failure.error(happened, "`ephor rm -r` deletes what is in it, too.");
            case EphorException.WrongKind e -> Failure.error(happened, "");
            case EphorException.Overloaded e -> Failure.error(happened, "Try again in a moment.");
            case EphorException.BadRequest e -> Failure.usage(happened);
            case EphorException.Interrupted e -> new Failure(ExitCode.INTERRUPTED, happened, "");
        };
    }

    /// What the operating system says of a file; the exceptions without words are given some.
    static String why(FileSystemException exception) {
        return switch (exception) {
            case NoSuchFileException e -> "no such file";
            case AccessDeniedException e -> "permission denied";
            default -> {
                String reason = exception.getReason();
                yield reason == null ? exception.getClass().getSimpleName() : reason;
            }
        };
    }
}
