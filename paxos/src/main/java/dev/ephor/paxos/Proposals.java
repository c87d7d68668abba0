package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a coordinator has proposed, who acknowledged it, and what of it is decided: phase 2 (PML
/// §4.1), many instances in flight (PML §4.2); with the members that count, and their grants of the
/// lease (PML §5.2, §5.4).
final class Proposals {
    private final Shared shared;
    private final Peers peers;

    /// It serves nothing and needs no lease: see [Coordinator#isFinishing].
    private final boolean finishing;

    /// Rises where the coordinator raises its number.
    private SequenceNumber sequence;

    /// By whom acknowledgements and grants are counted: the members of the last change that was
    /// decided.
    private Membership members;

    /// Below it every instance was chosen before `sequence`.
    private long base;

    /// The next free instance.
    private long next;

    /// Every instance up to here is chosen, and may be told to be.
    private long decided;

    /// A change of members that is proposed and not decided: nothing is proposed behind it.
    private @Nullable Change change;

    /// Another sequence number is being got: nothing is sent, and no change decided, under this
    /// one.
    private boolean suspended;

    private long heartbeatAt;

    /// How far it was known that values are chosen when this began.
    private final long knownBefore;

    /// A change of members at an instance.
    ///
    /// @param membership the members after the instance
    record Change(long instance, Membership membership) {}

    /// @param change the change among what is to be proposed first
    Proposals(
            Shared shared, SequenceNumber sequence, long base, Optional<Change> change, long now) {
        this.shared = shared;
        this.sequence = sequence;
        this.members = shared.membership();
        this.base = base;
        this.next = base;
        this.decided = base - 1;
        this.change = change.orElse(null);
        this.finishing = change.isPresent();
        this.heartbeatAt = now;
        this.knownBefore = shared.catchUp().knownChosen();
        this.peers = new Peers(shared.self());
        peers.add(members, base - 1, now);
        shared.acceptor().follow(sequence, base);
    }

    SequenceNumber sequence() {
        return sequence;
    }

    Membership members() {
        return members;
    }

    Optional<Change> change() {
        return Optional.ofNullable(change);
    }

    Peers peers() {
        return peers;
    }

    long decided() {
        return decided;
    }

    long next() {
        return next;
    }

    /// True where everything that was proposed is decided, and the replica has it too.
    boolean isAllWith(ReplicaId replica) {
        return !suspended
                && decided == next - 1
                && peers.get(replica).filter(peer -> peer.acknowledged() == next - 1).isPresent();
    }

    /// True where the window has room, and nothing else is in the way of a new value.
    boolean hasRoom() {
        return !suspended
                && change == null
                && members.isVoter(shared.self())
                && next - 1 - decided < shared.settings().window();
    }

    /// Where this coordinator is, for judging who follows it closely.
    Peers.Position position(long now) {
        Settings settings = shared.settings();
        return new Peers.Position(base, next - 1 - settings.window(), now - settings.masterLease());
    }

    void propose(List<Value> values, long now) {
        long first = next;
        next += values.size();
        shared.acceptor().accept(sequence, first, values, List.of());
        count(now);
    }

    void proposeChange(SequenceNumber reign, Membership wanted, long now) {
        Membership defined = wanted.definedAt(next);
        change = new Change(next, defined);
        propose(List.of(new Value.MembershipChange(reign, members.since(), defined)), now);
    }

    /// Sends to each replica what it was not sent yet; those who are equally far share the message.
    void send(long now) {
        while (!suspended) {
            var waiting =
                    peers.waitingFor(
                            next, shared.ledger().evictedUpTo(), shared.settings().window());
            if (waiting.isEmpty()) {
                return;
            }
            waiting.forEach((first, group) -> sendBatch(first, group, now));
        }
    }

    private void sendBatch(long first, List<Peer> group, long now) {
        List<Value> values = shared.ledger().batch(first, next - 1);
        Check.that(!values.isEmpty(), "a coordinator holds what it proposed");
        Message accept = new Message.Accept(sequence, base, first, values, decided, now);
        shared.outbox().broadcast(group.stream().map(Peer::id).toList(), accept);
        group.forEach(peer -> peer.sentUpTo(first + values.size() - 1, now));
    }

    void heartbeat(long now) {
        heartbeatAt = now;
        shared.lease().grant(sequence, now);
        shared.outbox()
                .broadcast(
                        peers.ids(),
                        new Message.Accept(sequence, base, next, List.of(), decided, now));
    }

    /// Heartbeats, and repeats what got no answer.
    void tick(long now) {
        if (now - heartbeatAt >= shared.settings().heartbeat()) {
            heartbeat(now);
        }
        peers.all().forEach(peer -> peer.rewindIfSilent(now, shared.settings().retransmit()));
        count(now);
    }

    void acknowledged(ReplicaId from, Message.Acknowledge acknowledge, long now) {
        Optional<Peer> peer = peers.get(from);
        if (peer.isEmpty() || !acknowledge.sequence().equals(sequence)) {
            return;
        }
        if (acknowledge.upTo() >= next) {
            // It knows more to be chosen than this reign proposed: somebody else is coordinator
            // since.
            shared.catchUp().heard(from, acknowledge.upTo());
            return;
        }
        peer.get().acknowledgedUpTo(acknowledge.upTo(), now);
        count(now);
    }

    void granted(ReplicaId from, Message.Grant grant, long now) {
        Optional<Peer> peer = peers.get(from);
        if (peer.isEmpty() || !grant.sequence().equals(sequence)) {
            return;
        }
        Check.that(grant.sentAt() <= now, "nobody answers before he is asked");
        peer.get().granted(grant.sentAt(), grant.chosenUpTo());
        acknowledged(from, new Message.Acknowledge(sequence, grant.upTo()), now);
    }

    void suspend() {
        suspended = true;
    }

    /// The same values at the same instances, under a higher number.
    ///
    /// @param atLeast below it every instance is chosen, as those who promised the number say
    void raise(SequenceNumber raised, long atLeast, long now) {
        suspended = false;
        sequence = raised;
        base = Math.max(base, Math.max(atLeast, shared.ledger().chosenUpTo() + 1));
        shared.acceptor().follow(sequence, base);
        List<Value> own = new ArrayList<>();
        for (long instance = base; instance < next; instance++) {
            own.add(shared.ledger().get(instance).orElseThrow().value());
        }
        if (!own.isEmpty()) {
            shared.acceptor().accept(sequence, base, own, List.of());
        }
        peers.all().forEach(peer -> peer.restart(base - 1, now));
        heartbeat(now);
    }

    /// Consensus (PML §4.1): an instance is chosen once a majority has acknowledged it under this
    /// sequence number. A change of members is not let known before more holds: see [#mayDecide].
    void count(long now) {
        long own = shared.acceptor().flushed(sequence);
        long agreed = Math.max(decided, peers.agreed(members, own));
        Change pending = change;
        if (pending != null && agreed >= pending.instance() && !mayDecide(pending, own, now)) {
            agreed = pending.instance() - 1;
        }
        decided = agreed;
        shared.ledger().commit(sequence, decided);
        shared.catchUp().heard(shared.self(), decided);
        if (pending != null && decided >= pending.instance()) {
            changeDecided(pending, now);
        }
    }

    /// True where a change that the present voters have chosen may be let known: a majority of the
    /// *new* voters has it on disk under the same number, so that nobody whom they elect has a
    /// lower one; and their lease runs, so that they elect nobody while this replica is master
    /// (docs/PROTOCOL.md, S13 to S16).
    private boolean mayDecide(Change pending, long own, long now) {
        return !suspended
                && peers.agreed(pending.membership(), own) >= pending.instance()
                && (finishing || now < leaseUntil(pending.membership()));
    }

    /// Old and new members are told; from here on only the new ones count.
    private void changeDecided(Change decidedChange, long now) {
        members = decidedChange.membership();
        change = null;
        peers.add(members, base - 1, now);
        heartbeat(now);
        peers.retain(members);
    }

    /// Until when the members' lease runs; [Long#MIN_VALUE] where they granted none.
    long leaseUntil() {
        return leaseUntil(members);
    }

    /// A majority refuses everybody else from when it received what it granted, which is after it
    /// was sent; by this clock the lease is shorter, by what two clocks may differ.
    private long leaseUntil(Membership granting) {
        long granted = peers.grantedAt(granting, heartbeatAt);
        return granted == Long.MIN_VALUE
                ? Long.MIN_VALUE
                : granted + shared.settings().masterLease();
    }

    /// True where it became known that something is chosen at an instance that nothing was proposed
    /// for, or a change that was not decided here, or where a value has left memory that was not:
    /// somebody else is coordinator since. (What was known before is what the promises showed; who
    /// knew it may be gone, and a recovered change must be decided all the same.)
    boolean areSuperseded() {
        long known = shared.catchUp().knownChosen();
        boolean beyond = known >= next || (change != null && known >= change.instance());
        boolean learned = change != null && shared.ledger().chosenUpTo() >= change.instance();
        return learned || beyond && known > knownBefore || shared.ledger().evictedUpTo() > decided;
    }

    /// True where another value than the one proposed is chosen: a later coordinator did that.
    boolean areContradictedBy(Message.Chosen chosen) {
        for (int i = 0; i < chosen.values().size(); i++) {
            Value value = chosen.values().get(i);
            if (shared.ledger()
                    .get(chosen.first() + i)
                    .filter(mine -> mine.sequence().equals(sequence) && !mine.value().equals(value))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// The lease is given back.
    void release(long now) {
        shared.lease().release(sequence, now);
        shared.outbox().broadcast(peers.ids(), new Message.Release(sequence));
    }
}
