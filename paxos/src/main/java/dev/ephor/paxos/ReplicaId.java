package dev.ephor.paxos;

/// Who a replica is: its number in the cell and its incarnation. A replica that loses its disk
/// comes back under a new incarnation, that is, as somebody else, because it can no longer keep the
/// promises of the old one (PML §5.1).
///
/// @param number the replica's number in its cell, 1 or more
/// @param incarnation 1 for the first disk that the replica ever had, more for each later one
public record ReplicaId(int number, int incarnation) implements Comparable<ReplicaId> {
    public ReplicaId {
        Check.that(number >= 0 && incarnation >= 0, "a replica id has no negative part");
    }

    /// The first incarnation of the replica with this number.
    public static ReplicaId of(int number) {
        return new ReplicaId(number, 1);
    }

    @Override
    public int compareTo(ReplicaId other) {
        return number != other.number
                ? Integer.compare(number, other.number)
                : Integer.compare(incarnation, other.incarnation);
    }

    /// `3` for the first incarnation of replica 3, `3'2` for its second.
    @Override
    public String toString() {
        return incarnation == 1 ? Integer.toString(number) : number + "'" + incarnation;
    }
}
