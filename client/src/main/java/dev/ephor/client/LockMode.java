package dev.ephor.client;

/// How a lock is held (Chubby §2.4).
public enum LockMode {
    /// By one holder alone (writer).
    EXCLUSIVE,
    /// By any number of holders that all share it (readers).
    SHARED
}
