package dev.ephor.paxos;

/// What a coordinator knows of one other replica.
final class Peer {
    private final ReplicaId id;

    /// Its durable prefix under the coordinator's sequence number.
    private long acknowledged;

    /// How far values were sent.
    private long sent;

    /// When it last acknowledged something new, or was sent something again.
    private long progressAt;

    /// It did not answer for a while: one message at a time is enough until it does.
    private boolean probed;

    /// When the newest heartbeat that it granted the lease for was sent.
    private long grantedAt = Long.MIN_VALUE;

    /// How far it knows values to be chosen, as it said last.
    private long chosenUpTo;

    Peer(ReplicaId id, long before, long now) {
        this.id = id;
        restart(before, now);
    }

    /// Counts from this instance anew: the coordinator has another sequence number.
    void restart(long before, long now) {
        acknowledged = before;
        sent = before;
        progressAt = now;
        probed = false;
    }

    boolean isProbed() {
        return probed;
    }

    ReplicaId id() {
        return id;
    }

    long acknowledged() {
        return acknowledged;
    }

    long sent() {
        return sent;
    }

    long grantedAt() {
        return grantedAt;
    }

    long chosenUpTo() {
        return chosenUpTo;
    }

    void sentUpTo(long instance, long now) {
        if (sent == acknowledged) {
            progressAt = now;
        }
        sent = instance;
    }

    void acknowledgedUpTo(long instance, long now) {
        if (instance > acknowledged) {
            acknowledged = instance;
            sent = Math.max(sent, instance);
            progressAt = now;
            probed = false;
        }
    }

    void granted(long sentAt, long chosenUpTo) {
        this.grantedAt = Math.max(grantedAt, sentAt);
        this.chosenUpTo = Math.max(this.chosenUpTo, chosenUpTo);
    }

    /// Sends again what got no answer for too long: it, or its answer, may be lost.
    void rewindIfSilent(long now, long retransmit) {
        if (acknowledged < sent && now - progressAt >= retransmit) {
            sent = acknowledged;
            progressAt = now;
            probed = true;
        }
    }
}
