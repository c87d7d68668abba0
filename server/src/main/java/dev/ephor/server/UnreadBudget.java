package dev.ephor.server;

import java.util.concurrent.atomic.AtomicLong;

/// How much may wait in memory for clients that do not read: for one of them, and for all together.
/// Thread-safe.
final class UnreadBudget {
    private static final long ONE_CLIENT = 64 << 20;
    private static final long SMALL = 1 << 20;

    private final long allClients;
    private final AtomicLong taken = new AtomicLong();

    /// A quarter of the heap for all together.
    UnreadBudget() {
        this(Math.max(ONE_CLIENT, Runtime.getRuntime().maxMemory() / 4));
    }

    UnreadBudget(long allClients) {
        this.allClients = allClients;
    }

    /// Returns false where this is too much.
    ///
    /// @param bytes more for a client
    /// @param clientBytes what waits for that client, with the `bytes`
    boolean take(long bytes, long clientBytes) {
        long all = taken.addAndGet(bytes);
        return clientBytes <= ONE_CLIENT && (all <= allClients || clientBytes <= SMALL);
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
