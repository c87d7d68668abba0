package dev.ephor.paxos;

import java.util.List;

/// What a replica does for candidates and coordinators, whatever its own role is: phases 1 and 2,
/// acceptor's side (PML §4.1), and granting the lease (PML §5.2).
///
/// Each message has two parts: whether it is admitted at all, which answers where it is not; and
/// what is done then. Between the two the replica gives its own role up.
final class AcceptorDuties {
    private final Shared shared;

    AcceptorDuties(Shared shared) {
        this.shared = shared;
    }

    /// Phase 1: admitted unless a higher number was promised or a lease that was granted runs
    /// still.
    boolean admitsPropose(long now, ReplicaId from, Message.Propose propose) {
        SequenceNumber sequence = propose.sequence();
        if (!sequence.replica().equals(from) || !obeys(from, propose.firstUnchosen() - 1)) {
            return false;
        }
        shared.lease().release(propose.released(), now);
        SequenceNumber promised = shared.acceptor().promised();
        if (shared.lease().forbids(from, now)) {
            shared.outbox().send(from, new Message.Reject(sequence, promised, true));
            return false;
        }
        return isNotBelow(promised, from, sequence);
    }

    void promise(ReplicaId from, Message.Propose propose) {
        Acceptor acceptor = shared.acceptor();
        Message promise = acceptor.promiseOf(propose.sequence(), propose.firstUnchosen());
        acceptor.promise(propose.sequence(), List.of(new Effect.Send(from, promise)));
    }

    /// Phase 2, commit and heartbeat: admitted unless a higher number was promised, or somebody
    /// else's lease runs. Among the same members nobody can be coordinator then; but one whom
    /// *former* members elected can, to finish the change of members, and must not come between a
    /// master and the new voters.
    ///
    /// @param master whether this replica itself holds the lease that it granted itself: where it
    ///   does not, to follow somebody else ends its reign, and breaks nothing
    boolean admitsAccept(long now, ReplicaId from, Message.Accept accept, boolean master) {
        SequenceNumber sequence = accept.sequence();
        SequenceNumber promised = shared.acceptor().promised();
        if (!sequence.replica().equals(from)
                || !obeys(from, Math.max(accept.base() - 1, accept.chosenUpTo()))
                || !isNotBelow(promised, from, sequence)) {
            return false;
        }
        boolean own = shared.lease().holder().filter(shared.self()::equals).isPresent();
        if (shared.lease().bindsAgainst(from, now) && (!own || master)) {
            shared.outbox().send(from, new Message.Reject(sequence, promised, true));
            return false;
        }
        return true;
    }

    void accept(long now, ReplicaId from, Message.Accept accept) {
        SequenceNumber sequence = accept.sequence();
        Acceptor acceptor = shared.acceptor();
        shared.catchUp().heard(from, accept.chosenUpTo());
        acceptor.follow(sequence, accept.base());
        shared.lease().grant(sequence, now);
        boolean wrote =
                !accept.values().isEmpty()
                        && acceptor.accept(
                                sequence, accept.first(), accept.values(), List.of(from));
        shared.ledger().commit(sequence, accept.chosenUpTo());
        if (!wrote) {
            answer(from, accept);
        }
        if (shared.ledger().chosenUpTo() < accept.chosenUpTo()) {
            shared.catchUp().ask(now);
        }
    }

    /// Answers a heartbeat, or values that bring nothing new or leave a gap, with where this
    /// replica is. Where that implies a promise not yet made, the promise goes to the disk first.
    private void answer(ReplicaId to, Message.Accept accept) {
        SequenceNumber sequence = accept.sequence();
        Acceptor acceptor = shared.acceptor();
        long flushed = acceptor.flushed(sequence);
        Message answer =
                accept.values().isEmpty()
                        ? new Message.Grant(
                                sequence, accept.sentAt(), flushed, shared.ledger().chosenUpTo())
                        : new Message.Acknowledge(sequence, flushed);
        if (sequence.isAbove(acceptor.promised())) {
            acceptor.promise(sequence, List.of(new Effect.Send(to, answer)));
        } else {
            shared.outbox().send(to, answer);
        }
    }

    /// Who is no voter, as far as this replica knows, is obeyed only if it knows more; else it is
    /// told how far values are chosen, so that it learns that it was removed. For liveness:
    /// coordinators count the right quorums whoever obeys them.
    private boolean obeys(ReplicaId from, long known) {
        long chosenUpTo = shared.ledger().chosenUpTo();
        if (shared.membership().isVoter(from) || known > chosenUpTo) {
            return true;
        }
        shared.outbox().send(from, new Message.Chosen(chosenUpTo + 1, List.of(), chosenUpTo));
        return false;
    }

    private boolean isNotBelow(SequenceNumber promised, ReplicaId from, SequenceNumber sequence) {
        if (promised.isAbove(sequence)) {
            shared.outbox().send(from, new Message.Reject(sequence, promised, false));
            return false;
        }
        return true;
    }
}
