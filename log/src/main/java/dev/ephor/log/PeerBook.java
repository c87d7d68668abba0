package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What this replica knows of all replicas of its cell, itself among them: of each number what was
/// said last. Confined to the loop.
final class PeerBook {
    private final TreeMap<Integer, PeerEntry> entries = new TreeMap<>();

    PeerBook(Collection<PeerEntry> known) {
        known.forEach(this::merge);
    }

    Collection<PeerEntry> entries() {
        return List.copyOf(entries.values());
    }

    Optional<PeerEntry> get(int number) {
        return Optional.ofNullable(entries.get(number));
    }

    /// Takes in what somebody knows; returns true where that is news.
    boolean merge(PeerEntry told) {
        PeerEntry known = entries.get(told.replica().number());
        PeerEntry merged = known == null ? told : merged(known, told);
        entries.put(told.replica().number(), merged);
        return !merged.equals(known);
    }

    private static PeerEntry merged(PeerEntry known, PeerEntry told) {
        PeerEntry newer = told.isNewerThan(known) ? told : known;
        PeerEntry older = newer == told ? known : told;
        return newer.replica().equals(older.replica()) && newer.store() == older.store()
                ? newer.with(older.promised(), older.highest())
                : newer;
    }

    /// The replica has said what it can say only once this is on its disk; returns true where that
    /// is news.
    boolean witness(ReplicaId replica, SequenceNumber promised, long highest) {
        PeerEntry known = entries.get(replica.number());
        if (known == null || !known.replica().equals(replica)) {
            return false;
        }
        PeerEntry witnessed = known.with(promised, highest);
        entries.put(replica.number(), witnessed);
        return witnessed != known;
    }

    /// What is known of the replica, where that is more than it says itself.
    Optional<PeerEntry> remembered(PeerEntry started) {
        return get(started.replica().number())
                .filter(known -> known.replica().equals(started.replica()))
                .filter(known -> !started.forgot(known.promised(), known.highest()).isEmpty());
    }

    void forget(int number) {
        entries.remove(number);
    }

    /// Why the disk that a replica has started from cannot be the one that it had last, whatever
    /// happened since; empty where it may be. What it must have had on that disk is another
    /// question: see [#remembered].
    String objectionTo(PeerEntry started) {
        PeerEntry known = entries.get(started.replica().number());
        if (known == null || known.replica().incarnation() < started.replica().incarnation()) {
            return "";
        }
        if (known.replica().incarnation() > started.replica().incarnation()) {
            return "it is the disk of replica "
                    + started.replica()
                    + ", which replica "
                    + known.replica()
                    + " has replaced";
        }
        if (known.store() != started.store()) {
            return "it is another disk than the one that replica " + known.replica() + " had";
        }
        if (known.starts() > started.starts()
                || known.starts() == started.starts() && known.run() != started.run()) {
            return "it was started "
                    + started.starts()
                    + " times, but replica "
                    + known.replica()
                    + " was seen to start "
                    + Math.max(known.starts(), started.starts())
                    + " times before";
        }
        return "";
    }
}
