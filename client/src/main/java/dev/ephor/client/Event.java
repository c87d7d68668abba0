package dev.ephor.client;

/// Tells of something that has taken effect (Chubby §2.5). Events say *that* something changed;
/// what it is now is read.
///
/// @param type what happened
/// @param path of the node that is watched; empty for [Type#MASTER_FAILED_OVER]
/// @param child for the child events, the child's name; else empty
/// @param contentGeneration after a content change, else 0
public record Event(Type type, String path, String child, long contentGeneration) {
    /// What an event tells of.
    public enum Type {
        CONTENT_CHANGED,
        CHILD_ADDED,
        CHILD_REMOVED,
        CHILD_CHANGED,
        /// A new master took over: events may have been missed, look again. Comes unasked.
        MASTER_FAILED_OVER,
        /// The node is gone, and the handle and its lock with it. Comes unasked.
        HANDLE_INVALID,
        LOCK_ACQUIRED,
        CONFLICTING_LOCK_REQUEST
    }

    /// Takes events of one handle, in order, one at a time.
    @FunctionalInterface
    public interface Listener {
        void on(Event event);
    }
}
