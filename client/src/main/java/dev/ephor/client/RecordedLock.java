package dev.ephor.client;

import dev.ephor.client.HistoryRecorder.Fields;

/// A lock that was got through a [RecordedEphor]. That it was held is recorded up to the last time
/// that this was certain: when it was asked ([#isValid]), or given back. Thread-safe.
public final class RecordedLock implements AutoCloseable {
    private final RecordedEphor session;
    private final HeldLock lock;
    private long validAt;

    /// @param called when it was asked for
    RecordedLock(RecordedEphor session, HeldLock lock, long called) {
        this.session = session;
        this.lock = lock;
        this.validAt = called;
    }

    public String path() {
        return lock.path();
    }

    public LockMode mode() {
        return lock.mode();
    }

    public String sequencer() {
        return lock.sequencer();
    }

    public long generation() {
        return lock.generation();
    }

    /// As [HeldLock#isValid].
    public synchronized boolean isValid() {
        long now = session.now();
        boolean valid = lock.isValid();
        validAt = valid ? now : validAt;
        return valid;
    }

    /// Gives the lock back; see [HeldLock#close]. Where it was lost before, nobody knows when.
    @Override
    public void close() {
        if (!session.recorder().gaveBack(this)) {
            return;
        }
        boolean valid = isValid();
        HistoryRecorder.Running running = begin();
        String end = "unknown";
        try {
            lock.close();
            end = valid && !session.isOver() ? "ok" : "unknown";
        } finally {
            running.end(end, session::now, null);
        }
    }

    /// The history ends here.
    void forget() {
        isValid();
        begin().end("unknown", session::now, null);
    }

    private synchronized long validAt() {
        return validAt;
    }

    private HistoryRecorder.Running begin() {
        Fields call = RecordedEphor.operation("release", path()).put("value", generation());
        long at = validAt();
        return session.recorder().begin(session.name(), () -> at, call);
    }
}
