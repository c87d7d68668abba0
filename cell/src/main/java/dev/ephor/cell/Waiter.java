package dev.ephor.cell;

/// An Acquire that waits for its turn.
record Waiter(Session session, long request, OpenHandle handle, LockMode mode) {}
