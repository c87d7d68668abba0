package dev.ephor.client;

/// How a held lock stands.
public enum LockState {
    /// Nobody else has the lock, by this client's own clock.
    HELD,
    /// The session is in jeopardy: from here on somebody else may get the lock.
    IN_DOUBT,
    /// The lock is gone, or was released. Final.
    LOST
}
