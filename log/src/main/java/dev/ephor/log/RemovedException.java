package dev.ephor.log;

/// The command was not proposed and never will be, because this replica is no member of the cell
/// any more, for good: it has no effect. Submit it to another replica; which one is master, this
/// one does not hear.
public final class RemovedException extends LogException {
    private static final long serialVersionUID = 1L;

    RemovedException() {
        super("this replica was removed from the cell", false);
    }
}
