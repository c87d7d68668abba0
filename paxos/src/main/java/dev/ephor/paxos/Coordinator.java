package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The coordinator: proposes values, many instances in flight (PML §4.2), counts acknowledgements,
/// says what is chosen, and keeps the master lease (PML §5.2).
final class Coordinator implements Role {
    private final Shared shared;

    /// The sequence number at the beginning of this reign: the origin of every value made in it.
    /// Stays when the sequence number is raised.
    private final SequenceNumber reign;

    private SequenceNumber sequence;

    /// Below it every instance was chosen before `sequence`.
    private long base;

    /// The next free instance.
    private long next;

    /// Every instance up to here is chosen.
    private long decided;

    private final Map<ReplicaId, Peer> peers = new TreeMap<>();
    private final CommandQueue queue;
    private long heartbeatAt;
    private long leasedOrBegunAt;

    /// A propose phase with a higher sequence number, begun because a replica has promised one: see
    /// [#rejected].
    private @Nullable Election raising;

    private Coordinator(Shared shared, SequenceNumber sequence, long base, long now) {
        this.shared = shared;
        this.reign = sequence;
        this.sequence = sequence;
        this.base = base;
        this.next = base;
        this.decided = base - 1;
        this.queue = new CommandQueue(shared.settings().queueBytes());
        this.heartbeatAt = now;
        this.leasedOrBegunAt = now;
        for (ReplicaId other : shared.others()) {
            peers.put(other, new Peer(other, base - 1, now));
        }
    }

    /// A majority promised: propose what was recovered, then the first entry of the new epoch.
    static Coordinator begin(Shared shared, SequenceNumber sequence, Recovery recovery, long now) {
        Coordinator coordinator = new Coordinator(shared, sequence, recovery.base(), now);
        shared.outbox().add(new Effect.BecameCoordinator(sequence));
        shared.acceptor().follow(sequence, recovery.base());
        coordinator.heartbeat(now);
        List<Value> values = new ArrayList<>(recovery.values());
        values.add(new Value.EpochStart(sequence));
        coordinator.propose(values);
        coordinator.sendValues(now);
        return coordinator;
    }

    SequenceNumber reign() {
        return reign;
    }

    SequenceNumber sequence() {
        return sequence;
    }

    long decided() {
        return decided;
    }

    long next() {
        return next;
    }

    /// How far another replica said that it knows values to be chosen, for status.
    Map<ReplicaId, Long> peersChosen() {
        Map<ReplicaId, Long> chosen = new TreeMap<>();
        peers.forEach((id, peer) -> chosen.put(id, peer.chosenUpTo()));
        return chosen;
    }

    void submit(List<Input.Command> commands, long now) {
        List<Long> refused = new ArrayList<>();
        for (Input.Command command : commands) {
            if (!queue.offer(command)) {
                refused.add(command.ticket());
            }
        }
        if (!refused.isEmpty()) {
            shared.outbox().add(new Effect.Refused(refused, Effect.Refusal.OVERLOADED));
        }
        proposeQueued(now);
    }

    /// Fills the window. What waits shares instances, and flushes.
    private void proposeQueued(long now) {
        if (raising != null) {
            return;
        }
        while (!queue.isEmpty() && next - 1 - decided < shared.settings().window()) {
            List<Input.Command> batch = queue.takeBatch(shared.settings().batchBytes());
            shared.outbox()
                    .add(
                            new Effect.Proposed(
                                    next, batch.stream().map(Input.Command::ticket).toList()));
            propose(
                    List.of(
                            new Value.Commands(
                                    reign, batch.stream().map(Input.Command::bytes).toList())));
        }
        sendValues(now);
    }

    private void propose(List<Value> values) {
        long first = next;
        next += values.size();
        shared.acceptor().accept(sequence, first, values, List.of());
        count();
    }

    /// Sends to each replica what it was not sent yet; those who are equally far share the message.
    private void sendValues(long now) {
        while (true) {
            Map<Long, List<Peer>> byFirst = new TreeMap<>();
            for (Peer peer : peers.values()) {
                if (mayBeSentMore(peer)) {
                    byFirst.computeIfAbsent(peer.sent() + 1, first -> new ArrayList<>()).add(peer);
                }
            }
            if (byFirst.isEmpty()) {
                return;
            }
            byFirst.forEach((first, group) -> sendBatch(first, group, now));
        }
    }

    /// Values that left memory are chosen: whoever misses those gets them by catch-up.
    private boolean mayBeSentMore(Peer peer) {
        return raising == null
                && peer.sent() < next - 1
                && peer.sent() >= shared.ledger().evictedUpTo()
                && !(peer.isProbed() && peer.sent() > peer.acknowledged())
                && peer.sent() - peer.acknowledged() < 2L * shared.settings().window();
    }

    private void sendBatch(long first, List<Peer> group, long now) {
        List<Value> values = shared.ledger().batch(first, next - 1);
        Check.that(!values.isEmpty(), "a coordinator holds what it proposed");
        Message accept = new Message.Accept(sequence, base, first, values, decided, now);
        shared.outbox().broadcast(group.stream().map(Peer::id).toList(), accept);
        group.forEach(peer -> peer.sentUpTo(first + values.size() - 1, now));
    }

    private void heartbeat(long now) {
        heartbeatAt = now;
        shared.lease().grant(sequence, now);
        shared.outbox()
                .broadcast(
                        List.copyOf(peers.keySet()),
                        new Message.Accept(sequence, base, next, List.of(), decided, now));
    }

    /// Time has passed. Empty where this reign goes on; otherwise why it should end.
    Optional<String> tick(long now) {
        if (raising != null && raising.isOver(now)) {
            raising = Election.begin(shared, shared.acceptor().promised(), now);
        }
        if (now - heartbeatAt >= shared.settings().heartbeat()) {
            heartbeat(now);
        }
        for (Peer peer : peers.values()) {
            peer.rewindIfSilent(now, shared.settings().retransmit());
        }
        count();
        proposeQueued(now);
        if (now < leaseUntil()) {
            leasedOrBegunAt = now;
        }
        return now - leasedOrBegunAt > 2 * shared.settings().lease()
                ? Optional.of("no majority answers")
                : Optional.empty();
    }

    void acknowledged(ReplicaId from, Message.Acknowledge acknowledge, long now) {
        Peer peer = peers.get(from);
        if (peer == null || !acknowledge.sequence().equals(sequence)) {
            return;
        }
        if (acknowledge.upTo() >= next) {
            // It knows more to be chosen than this reign proposed: somebody else is coordinator
            // since.
            shared.catchUp().heard(from, acknowledge.upTo());
            return;
        }
        peer.acknowledgedUpTo(acknowledge.upTo(), now);
        count();
        proposeQueued(now);
    }

    void granted(ReplicaId from, Message.Grant grant, long now) {
        Peer peer = peers.get(from);
        if (peer == null || !grant.sequence().equals(sequence)) {
            return;
        }
        Check.that(grant.sentAt() <= now, "nobody answers before he is asked");
        peer.granted(grant.sentAt(), grant.chosenUpTo());
        acknowledged(from, new Message.Acknowledge(sequence, grant.upTo()), now);
    }

    /// A replica has promised a higher sequence number, to somebody who did not become coordinator
    /// or was cut off since. A healthy master is not deposed for that (PML §5.2): it runs the
    /// propose phase again with a still higher number, under which the replica takes part again.
    void rejected(ReplicaId from, Message.Reject reject, long now) {
        SequenceNumber mine = raising == null ? sequence : raising.sequence();
        if (shared.membership().isVoter(from)
                && !reject.leased()
                && reject.promised().isAbove(mine)) {
            raising = Election.begin(shared, reject.promised(), now);
        }
    }

    void promised(ReplicaId from, Message.Promise promise) {
        if (raising != null) {
            raising.promised(from, promise);
        }
    }

    void persisted(long ticket, long now) {
        if (raising != null) {
            raising.persisted(shared.self(), ticket);
        }
        count();
        proposeQueued(now);
    }

    /// The propose phase with a higher number, once a majority has promised.
    Optional<Raised> raised() {
        Election election = raising;
        return election == null
                ? Optional.empty()
                : election.won().map(won -> new Raised(election.sequence(), won));
    }

    /// A higher sequence number that a majority promised, and what it obliges to.
    record Raised(SequenceNumber sequence, Recovery recovery) {}

    /// Goes on under a higher sequence number, with the same values at the same instances.
    ///
    /// Values of *earlier* coordinators that the promises show at instances where this reign has
    /// proposed nothing yet are left alone: had one been chosen, the promises at the beginning of
    /// this reign, which covered every instance, would have shown it. So the reign's values stay
    /// contiguous, and its epoch whole.
    ///
    /// Returns false, and changes nothing, where somebody else was coordinator since: then this
    /// reign is over.
    boolean raise(Raised raised, long now) {
        Recovery recovery = raised.recovery();
        if (recovery.showsLaterThan(sequence) || recovery.base() - 1 > decided) {
            return false;
        }
        raising = null;
        sequence = raised.sequence();
        base = Math.max(base, Math.max(recovery.base(), shared.ledger().chosenUpTo() + 1));
        shared.acceptor().follow(sequence, base);
        List<Value> own = new ArrayList<>();
        for (long instance = base; instance < next; instance++) {
            own.add(shared.ledger().get(instance).orElseThrow().value());
        }
        if (!own.isEmpty()) {
            shared.acceptor().accept(sequence, base, own, List.of());
        }
        peers.values().forEach(peer -> peer.restart(base - 1, now));
        heartbeat(now);
        proposeQueued(now);
        return true;
    }

    /// Consensus (PML §4.1): an instance is chosen once a majority has acknowledged it under this
    /// sequence number.
    private void count() {
        Membership membership = shared.membership();
        long[] prefixes = new long[membership.voters().size()];
        int i = 0;
        for (ReplicaId voter : membership.voters()) {
            Peer peer = peers.get(voter);
            prefixes[i++] =
                    peer == null ? shared.acceptor().flushed(sequence) : peer.acknowledged();
        }
        Arrays.sort(prefixes);
        decided = Math.max(decided, prefixes[prefixes.length - membership.majority()]);
        shared.ledger().commit(sequence, decided);
        shared.catchUp().heard(shared.self(), decided);
    }

    /// Until when the master lease runs: a majority refuses everybody else from when it received
    /// what it granted, which is after it was sent; by this clock the lease is shorter, by what two
    /// clocks may differ.
    long leaseUntil() {
        Membership membership = shared.membership();
        long[] grants = new long[membership.voters().size()];
        int i = 0;
        for (ReplicaId voter : membership.voters()) {
            Peer peer = peers.get(voter);
            grants[i++] = peer == null ? heartbeatAt : peer.grantedAt();
        }
        Arrays.sort(grants);
        long granted = grants[grants.length - membership.majority()];
        return granted == Long.MIN_VALUE
                ? Long.MIN_VALUE
                : granted + shared.settings().masterLease();
    }

    /// True where something is known to be chosen at an instance that this reign has not proposed
    /// anything for: somebody else is coordinator since. (All that was chosen before this reign
    /// lies below its first entry.)
    boolean isSuperseded() {
        return shared.catchUp().knownChosen() >= next;
    }

    /// True where another value than the one proposed in this reign is chosen: a later coordinator
    /// did that.
    boolean isContradictedBy(Message.Chosen chosen) {
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

    /// Ends the reign: what waits was never proposed and never will be.
    void end(String why) {
        shared.outbox().add(new Effect.LostCoordinator(reign, why));
        List<Long> waiting = queue.drainTickets();
        if (!waiting.isEmpty()) {
            shared.outbox().add(new Effect.Refused(waiting, Effect.Refusal.NOT_COORDINATOR));
        }
    }

    /// Gives the lease back, after the reign has ended.
    void release(long now) {
        shared.lease().release(sequence, now);
        shared.outbox().broadcast(shared.others(), new Message.Release(sequence));
    }
}
