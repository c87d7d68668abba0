package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;

/// What the replicas of a cell know of one of them, and tell each other: where it is, and how much
/// was on its disk at least, so that an old copy of the disk can be told from the disk itself.
///
/// @param replica who it is
/// @param store the number of its data directory
/// @param starts how often it was started on that directory
/// @param run a random number of the newest start
/// @param address where the other replicas reach it
/// @param service what its [Seat] tells
/// @param promised it has durably promised at least this
/// @param highest it has durably held a value at this instance, or covered it with a snapshot
record PeerEntry(
        ReplicaId replica,
        long store,
        long starts,
        long run,
        Address address,
        String service,
        SequenceNumber promised,
        long highest) {

    Endpoint endpoint() {
        return new Endpoint(replica, address, service);
    }

    /// True where this was said by a later start, or a later disk, of the same number.
    boolean isNewerThan(PeerEntry other) {
        return replica.incarnation() != other.replica.incarnation()
                ? replica.incarnation() > other.replica.incarnation()
                : starts > other.starts;
    }

    /// What somebody remembers of this disk, and this entry does not know; empty where there is
    /// nothing.
    String forgot(SequenceNumber hadPromised, long hadHighest) {
        if (hadHighest > highest) {
            return "it holds values up to instance "
                    + highest
                    + ", but had acknowledged instance "
                    + hadHighest;
        }
        return hadPromised.isAbove(promised)
                ? "it has promised " + promised + ", but had promised " + hadPromised
                : "";
    }

    /// This entry with what is known beside it of the same disk.
    PeerEntry with(SequenceNumber alsoPromised, long alsoHighest) {
        SequenceNumber most = alsoPromised.isAbove(promised) ? alsoPromised : promised;
        long reached = Math.max(highest, alsoHighest);
        return most.equals(promised) && reached == highest
                ? this
                : new PeerEntry(replica, store, starts, run, address, service, most, reached);
    }
}
