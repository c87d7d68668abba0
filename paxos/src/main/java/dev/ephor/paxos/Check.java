package dev.ephor.paxos;

/// Checks that stay on in production: they stop what only a bug can bring before it can spread.
/// (Java's `assert` is off by default; these are cheap enough never to be.)
public final class Check {
    private Check() {}

    /// Throws [InvariantViolation] unless the condition holds.
    public static void that(boolean condition, String rule) {
        if (!condition) {
            throw new InvariantViolation(rule);
        }
    }
}
