package dev.ephor.database;

/// This replica does not hold the master lease at the moment, so it cannot tell whether what it has
/// is the newest state. Ask the master, or take [Database#state()] if an older state will do.
public final class NoLeaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoLeaseException() {
        super(
                "this replica does not hold the master lease, so its state may be old:"
                        + " read at the master");
    }
}
