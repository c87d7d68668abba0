package dev.ephor.log;

import java.util.concurrent.atomic.AtomicLong;

/// What waits in this replica's memory, and whether there is room for more: commands whose outcome
/// is not known, and records for a disk that is slower than the network. Both are bounded, whatever
/// the other replicas do: a submitter is refused, another replica is not answered and sends again.
/// Thread-safe.
final class MemoryUse {
    /// What a command costs beside its bytes.
    private static final int OVERHEAD = 512;

    private final long mostPending;
    private final long mostBacklog;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong backlog = new AtomicLong();

    MemoryUse(LogSettings settings) {
        this.mostPending = settings.pendingBytes();
        this.mostBacklog = settings.backlogBytes();
    }

    /// A command was submitted. False, and nothing is counted, where there is no room for it; alone
    /// any command has room.
    boolean admit(int bytes) {
        if (isBehind()) {
            return false;
        }
        long cost = (long) bytes + OVERHEAD;
        long together = pending.addAndGet(cost);
        if (together > mostPending && together > cost) {
            pending.addAndGet(-cost);
            return false;
        }
        return true;
    }

    /// The outcome of a command is known.
    void settled(int bytes) {
        pending.addAndGet(-((long) bytes + OVERHEAD));
    }

    /// Records wait for the disk.
    void toBeWritten(long bytes) {
        backlog.addAndGet(bytes);
    }

    /// Records are on the disk.
    void written(long bytes) {
        backlog.addAndGet(-bytes);
    }

    /// Too much waits for the disk: nothing should be added.
    boolean isBehind() {
        return backlog.get() > mostBacklog;
    }
}
