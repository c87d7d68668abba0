package dev.ephor.log;

/// The data directory is not this replica's: of another cell, of another replica, in use by another
/// process, of an unknown format, or empty. Nothing on it was changed.
public final class WrongDiskException extends LogException {
    private static final long serialVersionUID = 1L;

    private final boolean laterFormat;

    WrongDiskException(String message) {
        this(message, false);
    }

    private WrongDiskException(String message, boolean laterFormat) {
        super(message, true);
        this.laterFormat = laterFormat;
    }

    /// @param what names what was read, its version, and those that this release knows
    static WrongDiskException ofLaterFormat(String what) {
        return new WrongDiskException(what + ": " + LaterFormatException.ADVICE, true);
    }

    static WrongDiskException ofVersion(String what, int version, int known) {
        return ofLaterFormat(
                what
                        + " has format version "
                        + version
                        + ", and this release reads version "
                        + known);
    }

    /// What was read is whole, and of a format that this release does not know.
    boolean isLaterFormat() {
        return laterFormat;
    }
}
