package dev.ephor.paxos;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The master lease as this replica granted it (PML §5.2): until it runs out, nobody but its holder
/// gets a promise from here, not even this replica itself.
///
/// Grants are not on disk. A replica that was restarted therefore promises nothing to anybody for a
/// full lease, not even to one who looks like the holder now: a delayed heartbeat of a deposed
/// coordinator may be what made it look so.
final class GrantedLease {
    private final long duration;
    private final long waitUntil;
    private @Nullable ReplicaId holder;
    private SequenceNumber sequence = SequenceNumber.NONE;
    private long until;

    /// @param restarted true where this replica may have granted a lease before it was restarted
    GrantedLease(long duration, boolean restarted, long now) {
        this.duration = duration;
        this.waitUntil = restarted ? now + duration : now;
        this.until = now;
    }

    /// A message of the coordinator was received now.
    void grant(SequenceNumber to, long now) {
        this.holder = to.replica();
        this.sequence = to;
        this.until = now + duration;
    }

    /// The holder's reign under this number has ended, and so had its earlier ones before.
    void release(SequenceNumber released, long now) {
        if (released.replica().equals(sequence.replica()) && !sequence.isAbove(released)) {
            until = Math.min(until, now);
            holder = null;
        }
    }

    /// True where the promise that `candidate` asks for would break a lease.
    boolean forbids(ReplicaId candidate, long now) {
        return now < waitUntil || (now < until && !candidate.equals(holder));
    }

    /// True where to follow `coordinator` would break a lease that somebody else relies on.
    boolean bindsAgainst(ReplicaId coordinator, long now) {
        return now < until && !coordinator.equals(holder);
    }

    /// When this replica is free to promise to anybody.
    long until() {
        return Math.max(until, waitUntil);
    }

    /// Who was granted the lease last, also where it has run out since; nobody, where it was given
    /// back.
    Optional<ReplicaId> holder() {
        return Optional.ofNullable(holder);
    }
}
