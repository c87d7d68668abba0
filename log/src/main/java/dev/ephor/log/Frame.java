package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.List;

/// What one replica sends another: the messages of Paxos, and beside them what the log itself has
/// to say.
sealed interface Frame {
    /// For the core.
    record Paxos(Message message) implements Frame {}

    /// "Send me this piece of a snapshot." Each request stands for itself: the sender of a snapshot
    /// remembers nothing that matters, so either side may vanish at any time.
    ///
    /// @param instance which snapshot; 0 for the newest
    /// @param above the newest only if it covers more than this instance
    /// @param offset where in its file
    /// @param length how much at most
    record SnapshotRequest(long instance, long above, long offset, int length) implements Frame {}

    /// A piece of a snapshot. Instance, size and checksum together say which file it is of: equal
    /// files of two replicas complete each other.
    ///
    /// @param instance which snapshot
    /// @param size length of the whole file
    /// @param checksum CRC32C of the whole file
    /// @param offset where in the file
    /// @param crc CRC32C of the data, from the sender's memory to the receiver's disk
    record SnapshotPiece(long instance, long size, int checksum, long offset, int crc, Bytes data)
            implements Frame {}

    /// "The snapshot that you asked for is not here (any more)."
    record SnapshotGone(long instance) implements Frame {}

    /// "I have started from this disk; is it the one that I had?"
    record Announce(PeerEntry self) implements Frame {}

    /// The answer to [Announce].
    ///
    /// @param run of the announcement
    /// @param objection why it cannot be; empty where the sender knows of nothing against it
    record Attest(ReplicaId replica, long run, String objection) implements Frame {}

    /// The other answer to [Announce], where the sender remembers more than was announced. Whether
    /// that is anything against the disk only the replica itself can tell, since it knows what it
    /// has said meanwhile ([Peers#objection]).
    ///
    /// @param run of the announcement
    /// @param promised the replica had durably promised at least this
    /// @param highest it had durably held a value at this instance, or covered it with a snapshot
    record Remembered(ReplicaId replica, long run, SequenceNumber promised, long highest)
            implements Frame {}

    /// "This is what I know of the replicas of the cell."
    record Gossip(List<PeerEntry> entries) implements Frame {
        public Gossip {
            entries = List.copyOf(entries);
        }
    }

    /// "I have no usable disk; let me in as somebody new." Goes to everybody who can be reached.
    ///
    /// @param nonce made at random by this applicant when it was started
    /// @param address where it is reached
    /// @param service what its [Seat] tells
    /// @param why what became of its disk
    record Apply(long nonce, Address address, String service, String why) implements Frame {}

    /// The answer to [Apply] of whoever does not admit the applicant, or not yet.
    ///
    /// @param nonce as asked
    /// @param applicant true where the sender has no usable disk either
    /// @param upTo the last instance that it has a value for, where it has one
    /// @param master who is master as far as it knows; empty text where it knows of none
    /// @param reason why the applicant waits; empty where the sender has no say in that
    record Wait(long nonce, boolean applicant, long upTo, String master, String reason)
            implements Frame {}

    /// The answer to [Apply] of the master, once it is chosen: "this is who you are now".
    record Admitted(long nonce, ReplicaId replica) implements Frame {}

    /// What the application of the sender has to say to this replica's, beside the log.
    record Note(Bytes contents) implements Frame {}

    /// "My checksum after this instance is this" (PML §6.2).
    record ChecksumReport(long instance, long checksum) implements Frame {}
}
