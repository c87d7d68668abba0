package dev.ephor.cell;

import org.jspecify.annotations.Nullable;

/// An Acquire that waits for its turn. Confined to the loop.
final class Waiter {
    private final Session session;
    private final long request;
    private final OpenHandle handle;
    private final LockMode mode;

    /// When it has waited long enough; null where it waits as long as it takes.
    Deadlines.@Nullable Deadline timeout;

    Waiter(Session session, long request, OpenHandle handle, LockMode mode) {
        this.session = session;
        this.request = request;
        this.handle = handle;
        this.mode = mode;
    }

    Session session() {
        return session;
    }

    /// The number of the request.
    long request() {
        return request;
    }

    OpenHandle handle() {
        return handle;
    }

    LockMode mode() {
        return mode;
    }
}
