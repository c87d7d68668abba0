package dev.ephor.client;

import org.jspecify.annotations.Nullable;

/// The session's lease as the client counts it, and what follows when it runs out (Chubby §2.8,
/// §2.9): safe, jeopardy, expired.
///
/// The client counts from when it *sent* the KeepAlive (or Hello) and takes off the drift bound, so
/// its lease ends before the master's does, by any two clocks whose rates differ by less than that.
///
/// Confined to the loop, except [#runs] and [#state].
final class Lease {
    /// Clocks may differ in rate by one part in this many.
    private static final long DRIFT_DIVISOR = 20;

    /// Told of each change, on the loop.
    interface Watcher {
        void changed(SessionState state, String why);
    }

    private final ClientEnvironment environment;
    private final long grace;
    private final Watcher watcher;

    private volatile long until;
    private volatile boolean begun;
    private volatile boolean ended;

    private boolean safe;
    private ClientEnvironment.@Nullable Timer timer;

    Lease(ClientEnvironment environment, long grace, Watcher watcher) {
        this.environment = environment;
        this.grace = grace;
        this.watcher = watcher;
    }

    /// The session lives at least `millis` from `sentAt` on, by the master's clock.
    void extend(long sentAt, long millis) {
        if (ended) {
            return;
        }
        long nanos = millis * Times.MILLI;
        long end = sentAt + (nanos - nanos / DRIFT_DIVISOR);
        if (!begun || end - until > 0) {
            until = end;
            begun = true;
        }
        if (!safe && until - environment.nanoTime() > 0) {
            safe = true;
            rearm();
            watcher.changed(SessionState.SAFE, "a master renewed the lease");
        }
    }

    /// The session is over.
    void end(String why) {
        if (!ended) {
            ended = true;
            safe = false;
            if (timer != null) {
                timer.cancel();
            }
            watcher.changed(SessionState.EXPIRED, why);
        }
    }

    /// True while the session is alive for certain. Reads the clock, so a process that was paused
    /// gets the truth. Any thread.
    boolean runs() {
        return begun && !ended && until - environment.nanoTime() > 0;
    }

    /// Any thread.
    SessionState state() {
        if (ended) {
            return SessionState.EXPIRED;
        }
        return runs() ? SessionState.SAFE : SessionState.JEOPARDY;
    }

    /// Nanoseconds until the lease runs out; never negative. Any thread.
    long remaining() {
        return runs() ? Math.max(0, until - environment.nanoTime()) : 0;
    }

    private void rearm() {
        if (timer != null) {
            timer.cancel();
        }
        long delay = Math.max(0, (safe ? until : until + grace) - environment.nanoTime());
        timer = environment.schedule(delay, this::timeIsUp);
    }

    private void timeIsUp() {
        timer = null;
        if (ended) {
            return;
        }
        long now = environment.nanoTime();
        if (safe && until - now <= 0) {
            safe = false;
            rearm();
            watcher.changed(SessionState.JEOPARDY, "the lease ran out before a master renewed it");
        } else if (!safe && until + grace - now <= 0) {
            end("no master renewed the session within the grace period");
        } else {
            rearm();
        }
    }
}
