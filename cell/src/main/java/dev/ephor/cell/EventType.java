package dev.ephor.cell;

/// What a client can be told of (Chubby §2.5).
public enum EventType {
    CONTENT_CHANGED,
    CHILD_ADDED,
    CHILD_REMOVED,
    CHILD_CHANGED,
    /// Events may have been missed, look again: a new master took over, or the client did not take
    /// its events for so long that they were dropped. Sent to every session that it concerns.
    MASTER_FAILED_OVER,
    /// The handle, and a lock held through it, is gone. Sent for every handle that is known to the
    /// master.
    HANDLE_INVALID,
    LOCK_ACQUIRED,
    CONFLICTING_LOCK_REQUEST
}
