package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.Collection;

/// Carries frames between the replicas of a cell, at best effort: a frame may be lost (the peer is
/// gone, its queue is full), but is never changed. Between two replicas the real one keeps one
/// long-lived connection each way.
public interface Network extends AutoCloseable {
    /// Begins to receive: `receiver` is called on the loop executor.
    void start(Receiver receiver);

    /// Queues a frame for each of these replicas; encoded once. Never blocks. Loop executor or
    /// errands.
    void send(Collection<ReplicaId> to, Bytes frame);

    /// Bytes that wait for this peer, so that a sender of much (a snapshot) can hold back.
    long queuedBytes(ReplicaId to);

    @Override
    void close();

    /// Takes what arrives.
    interface Receiver {
        void receive(ReplicaId from, Bytes frame);
    }
}
