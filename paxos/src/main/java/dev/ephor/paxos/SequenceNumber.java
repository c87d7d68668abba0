package dev.ephor.paxos;

/// Orders successive coordinators (PML §4.1; Lamport's ballot number). No two coordinatorships have
/// the same one: the round rises with each attempt of a replica, and the replica's identity decides
/// between equal rounds.
///
/// @param round 1 or more for real ones; 0 only in [#NONE]
/// @param replica who uses it
public record SequenceNumber(long round, ReplicaId replica) implements Comparable<SequenceNumber> {
    /// Lower than every real one: what a replica has promised before its first promise.
    public static final SequenceNumber NONE = new SequenceNumber(0, new ReplicaId(0, 0));

    public SequenceNumber {
        Check.that(round >= 0, "a round is never negative");
    }

    /// The lowest sequence number of this replica above `highest`.
    public static SequenceNumber above(SequenceNumber highest, ReplicaId replica) {
        return new SequenceNumber(highest.round + 1, replica);
    }

    @Override
    public int compareTo(SequenceNumber other) {
        return round != other.round
                ? Long.compare(round, other.round)
                : replica.compareTo(other.replica);
    }

    /// True where this one is strictly the higher.
    public boolean isAbove(SequenceNumber other) {
        return compareTo(other) > 0;
    }

    public boolean isNone() {
        return round == 0;
    }

    @Override
    public String toString() {
        return isNone() ? "none" : round + "." + replica;
    }
}
