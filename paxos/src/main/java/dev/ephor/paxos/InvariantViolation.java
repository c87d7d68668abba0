package dev.ephor.paxos;

/// A rule of the protocol does not hold, which only a bug (or memory that changed by itself) can
/// bring. The replica must stop at once: whatever it would do next could be unsafe.
public final class InvariantViolation extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public InvariantViolation(String rule) {
        super("invariant violated: " + rule);
    }
}
