package dev.ephor.log;

/// Another value was chosen at the instance where the command was proposed, so the command has no
/// effect and never will have.
public final class NotChosenException extends LogException {
    private static final long serialVersionUID = 1L;

    NotChosenException(long instance) {
        super(
                "another value was chosen at instance " + instance + ": the command has no effect",
                false);
    }
}
