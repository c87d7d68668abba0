package dev.ephor.cli;

/// What `ephor` ends with. Scripts rely on these numbers: they never change their meaning.
///
/// `ephor lock` ends with the code of the command that it ran, and with one of these only where
/// there is none.
final class ExitCode {
    static final int OK = 0;

    /// Whatever has no number of its own; standard error says what it was.
    static final int ERROR = 1;

    /// The command line, a path or a value is not allowed; trying again does not help.
    static final int USAGE = 2;

    /// There is no such node.
    static final int NOT_FOUND = 3;

    /// The node exists already, or its content generation is another one.
    static final int CONDITION_FAILED = 4;

    /// Somebody else has the lock.
    static final int LOCK_NOT_ACQUIRED = 5;

    /// The lock was lost while the command ran, or the sequencer is not valid any more.
    static final int LOCK_LOST = 6;

    /// No master answered in time.
    static final int UNREACHABLE = 7;

    /// The cell fell silent after the request was sent: it may have taken effect, or not.
    static final int OUTCOME_UNKNOWN = 8;

    /// `ephor lock`: the command exists and cannot be run (as shells have it).
    static final int CANNOT_RUN = 126;

    /// `ephor lock`: there is no such command (as shells have it).
    static final int COMMAND_NOT_FOUND = 127;

    /// Ended by Ctrl-C (as shells have it).
    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
