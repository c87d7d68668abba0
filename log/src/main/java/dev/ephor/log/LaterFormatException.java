package dev.ephor.log;

/// Thrown by an [Application] that is given what a later release of it wrote: bytes that are whole,
/// in a format that this release does not know. They are not damaged, so nothing is done to them:
/// the replica does not start, or stops.
public final class LaterFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What is to be done about it.
    static final String ADVICE = "start it with the release that wrote it, or a later one";

    /// @param what names what was read, its version, and those that this release knows
    public LaterFormatException(String what) {
        super(what);
    }
}
