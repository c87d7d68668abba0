package dev.ephor.log;

/// The command was proposed, and this replica will not learn whether it was chosen: it may have
/// taken effect, or may yet take effect, or never.
public final class OutcomeUnknownException extends LogException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(String why) {
        super("the outcome is unknown: " + why, false);
    }
}
