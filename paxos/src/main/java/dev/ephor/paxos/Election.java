package dev.ephor.paxos;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// One propose phase (PML §4.1): collects promises until a majority of the voters has given one,
/// and the candidate itself too. Its own promise on disk is what keeps the sequence number its own:
/// had it won without and then been restarted, it would not remember the number, and use it twice.
final class Election {
    /// An attempt lasts up to two to the power of this as long as the first.
    private static final int LONGEST = 3;

    private final Message.Propose propose;
    private final Membership membership;
    private final Message.Promise own;
    private final long ownTicket;
    private final long deadline;
    private final TreeMap<ReplicaId, Message.Promise> promises = new TreeMap<>();

    private Election(
            Message.Propose propose,
            Membership membership,
            Message.Promise own,
            long ownTicket,
            long deadline) {
        this.propose = propose;
        this.membership = membership;
        this.own = own;
        this.ownTicket = ownTicket;
        this.deadline = deadline;
    }

    /// Promises the new sequence number to itself, and asks everybody else once that is on disk:
    /// what nobody heard of may be used again after a restart. Its own promise counts then.
    static Election begin(Shared shared, SequenceNumber highest, long now) {
        return begin(shared, highest, SequenceNumber.NONE, 0, now);
    }

    /// @param released the lease that was handed over to the candidate, if one was
    /// @param attempts that failed before this one: where a promise takes longer to arrive than an
    ///   attempt lasts, because the machines have too much to do, no attempt as short would succeed
    static Election begin(
            Shared shared,
            SequenceNumber highest,
            SequenceNumber released,
            int attempts,
            long now) {
        SequenceNumber sequence = SequenceNumber.above(highest, shared.self());
        Check.that(
                sequence.isAbove(shared.acceptor().promised()), "no sequence number is used twice");
        long firstUnchosen = shared.ledger().chosenUpTo() + 1;
        Message.Promise own = shared.acceptor().promiseOf(sequence, firstUnchosen);
        Message.Propose propose = new Message.Propose(sequence, firstUnchosen, released);
        List<Effect.Send> asking =
                shared.otherVoters().stream().map(to -> new Effect.Send(to, propose)).toList();
        long ticket = shared.acceptor().promise(sequence, asking);
        return new Election(
                propose,
                shared.membership(),
                own,
                ticket,
                now + (shared.settings().attempt() << Math.min(attempts, LONGEST)));
    }

    /// What it asks the others.
    Message.Propose propose() {
        return propose;
    }

    SequenceNumber sequence() {
        return propose.sequence();
    }

    SequenceNumber released() {
        return propose.released();
    }

    /// True where these are the members that it asks.
    boolean isAmong(Membership members) {
        return membership.since() == members.since();
    }

    boolean isOver(long now) {
        return now >= deadline;
    }

    void persisted(ReplicaId self, long ticket) {
        if (ticket >= ownTicket) {
            promises.putIfAbsent(self, own);
        }
    }

    void promised(ReplicaId from, Message.Promise promise) {
        if (promise.sequence().equals(sequence()) && membership.isVoter(from)) {
            promises.putIfAbsent(from, promise);
        }
    }

    /// What to propose first, once a majority has promised.
    Optional<Recovery> won() {
        return promises.containsKey(sequence().replica())
                        && membership.isMajority(promises.keySet())
                ? Optional.of(Recovery.of(sequence(), promises.values()))
                : Optional.empty();
    }
}
