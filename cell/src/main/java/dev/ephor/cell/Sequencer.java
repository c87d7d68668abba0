package dev.ephor.cell;

import java.util.Optional;

/// What a lock's holder shows to those whom it asks to act (Chubby §2.4): which lock, of which
/// node, held how, in which generation. As text: `1:exclusive:4:17:/ls/main/jobs/billing` is format
/// 1, the mode, the lock generation, the node's instance number, and its name.
///
/// It is not signed. It says what the lock was when it was held, and the cell says whether it still
/// is; it does not say who speaks, which is what access control is for. Text that anyone can read
/// lets a server compare generations by itself, and keep the highest that it has seen.
record Sequencer(LockMode mode, long generation, long instance, NodePath path) {
    private static final String FORMAT = "1";
    private static final int PARTS = 5;

    String text(Paths paths) {
        return FORMAT
                + ':'
                + mode.text()
                + ':'
                + generation
                + ':'
                + instance
                + ':'
                + paths.full(path);
    }

    /// Empty where the text is not that of a sequencer of this cell.
    static Optional<Sequencer> parse(String text, Paths paths) {
        String[] parts = text.split(":", PARTS);
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            return Optional.empty();
        }
        for (LockMode mode : LockMode.values()) {
            if (mode.text().equals(parts[1])) {
                return parse(mode, parts, paths);
            }
        }
        return Optional.empty();
    }

    private static Optional<Sequencer> parse(LockMode mode, String[] parts, Paths paths) {
        try {
            return Optional.of(
                    new Sequencer(
                            mode,
                            Long.parseLong(parts[2]),
                            Long.parseLong(parts[3]),
                            paths.parse(parts[4])));
        } catch (NumberFormatException | Refusal malformed) {
            return Optional.empty();
        }
    }
}
