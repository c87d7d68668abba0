package dev.ephor.cell;

import java.util.Locale;

/// How a lock is held (Chubby §2.4).
public enum LockMode {
    /// By one holder, with nobody else (writer).
    EXCLUSIVE,
    /// By any number of holders, all of them shared (reader).
    SHARED;

    /// Whether a holder in this mode and one in the other may hold the lock at the same time.
    boolean goesWith(LockMode other) {
        return this == SHARED && other == SHARED;
    }

    /// As it stands in sequencers and messages.
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
