package dev.ephor.database;

/// The operation was made in an epoch that is over, so it had no effect and never will have. It may
/// be made again.
public final class EpochPassedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EpochPassedException(long current) {
        super("no effect: mastership changed (the epoch is " + current + " now); try again");
    }
}
