package dev.ephor.log;

/// Where a replica tells its operator what happens. Messages say what happened and, where there is
/// something to do, what to do. Thread-safe.
public interface Reporter {
    /// Part of normal operation: elected, snapshot taken, caught up.
    void info(String message);

    /// Needs a look, but the replica goes on.
    void warn(String message);
}
