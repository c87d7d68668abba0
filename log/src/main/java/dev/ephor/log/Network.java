package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.util.Collection;

/// Carries frames between the replicas of a cell, at best effort: a frame may be lost (the peer is
/// gone, its queue is full), but is never changed. Between two replicas the real one keeps one
/// long-lived connection each way.
///
/// It delivers to the very replica that a frame is for: one for replica 3 is lost where the disk of
/// that replica was lost and it is replica 3'2 now.
public interface Network extends AutoCloseable {
    /// Begins to receive: `receiver` is called on the loop executor. Called again when this replica
    /// becomes somebody else: an applicant that was admitted.
    ///
    /// @param self who this replica is to the others; of incarnation 0 where it has no usable disk
    ///   and asks to be admitted
    /// @param store a number that no other data directory has
    void start(ReplicaId self, long store, Receiver receiver);

    /// Queues a frame for each of these replicas; encoded once. Never blocks. Loop executor or
    /// errands.
    void send(Collection<ReplicaId> to, Bytes frame);

    /// Queues a frame for everybody whose address is known, whoever it is by now. Loop executor.
    void sendToAll(Bytes frame);

    /// Bytes that wait for this peer, so that a sender of much (a snapshot) can hold back.
    long queuedBytes(ReplicaId to);

    /// Where the others reach this replica.
    Address address();

    /// The replica is there from now on. Of an applicant (incarnation 0) this is known beside where
    /// the member of that number is, and only as long as it goes on applying. Any thread.
    void locate(ReplicaId replica, Address address);

    /// The replica with this number left the cell: no connection to it is kept. Any thread.
    void forget(int number);

    @Override
    void close();

    /// Takes what arrives.
    interface Receiver {
        void receive(ReplicaId from, Bytes frame);
    }
}
