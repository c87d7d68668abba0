package dev.ephor.log;

/// A change of members that cannot be made as things are; the message says what to do. Nothing was
/// changed.
public final class MembershipException extends LogException {
    private static final long serialVersionUID = 1L;

    MembershipException(String message) {
        super(message, false);
    }
}
