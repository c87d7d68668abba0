package dev.ephor.log;

/// The command was not proposed and never will be, because too many wait already: it has no effect.
/// Submit it again later.
public final class OverloadedException extends LogException {
    private static final long serialVersionUID = 1L;

    OverloadedException() {
        super("too many commands wait for a place in the log; submit it again later", false);
    }
}
