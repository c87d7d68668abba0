package dev.ephor.log;

/// The data directory is not this replica's: of another cell, of another replica, in use by another
/// process, of an unknown format, or empty. Nothing on it was changed.
public final class WrongDiskException extends LogException {
    private static final long serialVersionUID = 1L;

    WrongDiskException(String message) {
        super(message, true);
    }
}
