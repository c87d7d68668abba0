package dev.ephor.simulator;

/// A checker found that the cell did what it must never do (or did not do what it must). Ends the
/// run.
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /// @param rule the short name of the rule, the same for every run that breaks it
    /// @param detail what happened in this run
    Violation(String rule, String detail) {
        super(rule + ": " + detail, null, false, true);
        this.rule = rule;
    }

    String rule() {
        return rule;
    }
}
