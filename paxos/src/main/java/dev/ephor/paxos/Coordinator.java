package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The coordinator (PML §4.1): takes commands and changes of members, decides when they are
/// proposed, and when its reign is over. What was proposed, and who acknowledged it, is with
/// [Proposals].
///
/// Where the promises showed a change of members that may be chosen, it is *finishing*: it gets the
/// change decided and serves nothing, because what the new members accepted above the change it
/// does not know. Then its reign is over (docs/PROTOCOL.md, S13).
final class Coordinator implements Role {
    private final Shared shared;

    /// The sequence number at the beginning of this reign: the origin of every value made in it.
    /// Stays when the sequence number is raised.
    private final SequenceNumber reign;

    /// The first instance of this reign's own, its epoch's start; [Long#MAX_VALUE] where it is
    /// finishing and has none.
    private final long ownFirst;

    /// How this replica was elected.
    private final Message.Propose asked;

    /// Voters that are bound by the lease that was handed over, because they have not heard of
    /// that.
    private final TreeSet<ReplicaId> bound = new TreeSet<>();

    private final Proposals proposals;
    private final CommandQueue queue;
    private long leasedOrBegunAt;

    /// A propose phase with a higher sequence number, begun because a replica has promised one: see
    /// [#rejected].
    private @Nullable Election raising;

    /// How many attempts to raise the number have failed.
    private int attempts;

    /// Somebody else is to be coordinator: nothing more is proposed.
    private @Nullable HandOver handOver;

    /// A hand-over under way.
    ///
    /// @param deadline when it is given up
    private record HandOver(ReplicaId target, long deadline, String why) {}

    /// The reign has done what it could and is over.
    ///
    /// @param successor who is to be coordinator at once, where there is somebody
    record Ending(String why, Optional<ReplicaId> successor) {}

    /// A higher sequence number that a majority promised, and what it obliges to.
    record Raised(SequenceNumber sequence, Recovery recovery) {}

    private Coordinator(
            Shared shared, Message.Propose asked, Proposals proposals, long ownFirst, long now) {
        this.shared = shared;
        this.asked = asked;
        this.reign = asked.sequence();
        this.ownFirst = ownFirst;
        this.proposals = proposals;
        this.queue = new CommandQueue(shared.settings().queueBytes());
        this.leasedOrBegunAt = now;
    }

    /// A majority promised: propose what was recovered, then the first entry of the new epoch; but
    /// nothing behind a change of members.
    ///
    /// @param recovery above everything that this replica knows to be chosen
    /// @param asked what the majority promised upon
    static Coordinator begin(Shared shared, Message.Propose asked, Recovery recovery, long now) {
        SequenceNumber sequence = asked.sequence();
        Optional<Proposals.Change> change = recovery.change(shared.membership());
        List<Value> values = new ArrayList<>(recovery.values());
        long ownFirst = Long.MAX_VALUE;
        if (change.isPresent()) {
            long last = change.get().instance() - recovery.base();
            values.subList((int) last + 1, values.size()).clear();
        } else {
            shared.outbox().add(new Effect.BecameCoordinator(sequence));
            ownFirst = recovery.base() + values.size();
            values.add(new Value.EpochStart(sequence));
        }
        Proposals proposals = new Proposals(shared, sequence, recovery.base(), change, now);
        proposals.heartbeat(now);
        proposals.propose(values, now);
        proposals.send(now);
        return new Coordinator(shared, asked, proposals, ownFirst, now);
    }

    SequenceNumber reign() {
        return reign;
    }

    Proposals proposals() {
        return proposals;
    }

    /// True where it only gets a change of members decided that it recovered. It serves nothing,
    /// and nobody is told that it is coordinator.
    boolean isFinishing() {
        return ownFirst == Long.MAX_VALUE;
    }

    /// What it knows of the other members, for status and for who decides about changes.
    Map<ReplicaId, PeerStatus> peers(long now) {
        return proposals.peers().status(proposals.position(now));
    }

    Map<ReplicaId, Long> peersChosen() {
        return proposals.peers().chosen();
    }

    /// Until when the master lease runs; [Long#MIN_VALUE] where there is none.
    long leaseUntil() {
        return isFinishing() ? Long.MIN_VALUE : proposals.leaseUntil();
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
        goOn(now);
    }

    /// Fills the window. What waits shares instances, and flushes.
    private void goOn(long now) {
        while (!queue.isEmpty() && handOver == null && proposals.hasRoom()) {
            List<Input.Command> batch = queue.takeBatch(shared.settings().batchBytes());
            shared.outbox()
                    .add(
                            new Effect.Proposed(
                                    proposals.next(),
                                    batch.stream().map(Input.Command::ticket).toList()));
            proposals.propose(
                    List.of(
                            new Value.Commands(
                                    reign, batch.stream().map(Input.Command::bytes).toList())),
                    now);
        }
        proposals.send(now);
    }

    /// Proposes a change of members, if this is the time for it; says why not otherwise.
    void change(Input.ChangeMembership wanted, long now) {
        Optional<Effect.Refusal> refusal = whyNot(wanted, now);
        if (refusal.isPresent()) {
            shared.outbox().add(new Effect.Refused(List.of(wanted.ticket()), refusal.get()));
            return;
        }
        Check.that(
                proposals.members().mayBecome(wanted.next()),
                "nobody becomes a member under an identity that was used before");
        shared.outbox().add(new Effect.Proposed(proposals.next(), List.of(wanted.ticket())));
        proposals.proposeChange(reign, wanted.next(), now);
        proposals.send(now);
    }

    private Optional<Effect.Refusal> whyNot(Input.ChangeMembership wanted, long now) {
        if (proposals.change().isPresent()) {
            return Optional.of(Effect.Refusal.CHANGE_IN_PROGRESS);
        }
        Membership members = proposals.members();
        if (wanted.basedOn() != members.since()) {
            return Optional.of(Effect.Refusal.MEMBERS_CHANGED);
        }
        boolean ready =
                proposals.decided() >= ownFirst
                        && raising == null
                        && handOver == null
                        && proposals
                                .peers()
                                .areReadyFor(wanted.next(), members, proposals.position(now));
        return ready ? Optional.empty() : Optional.of(Effect.Refusal.NOT_READY);
    }

    /// Proposes nothing more, until the target has everything and can take over. Empty where that
    /// has begun; otherwise why not.
    Optional<String> handOver(Optional<ReplicaId> wanted, String why, long now) {
        if (handOver != null) {
            return Optional.of("it is being handed over to replica " + handOver.target());
        }
        Membership members = proposals.members();
        Optional<ReplicaId> target =
                wanted.isPresent()
                        ? wanted
                        : proposals.peers().furthest(members, proposals.position(now));
        if (target.isEmpty()) {
            return Optional.of("no other voter answers");
        }
        if (!members.isVoter(target.get()) || target.get().equals(shared.self())) {
            return Optional.of("replica " + target.get() + " is not another voter");
        }
        handOver = new HandOver(target.get(), now + shared.settings().attempt(), why);
        return Optional.empty();
    }

    /// Time has passed. Empty where this reign goes on; otherwise why it should end.
    Optional<String> tick(long now) {
        if (raising != null && raising.isOver(now)) {
            SequenceNumber highest = shared.acceptor().promised();
            raising = Election.begin(shared, highest, SequenceNumber.NONE, ++attempts, now);
        }
        proposals.tick(now);
        bound.forEach(voter -> shared.outbox().send(voter, asked));
        bound.clear();
        if (handOver != null && now >= handOver.deadline()) {
            String late = "replica " + handOver.target() + " did not follow in time";
            shared.outbox().add(new Effect.TransferFailed(late));
            handOver = null;
        }
        goOn(now);
        if (now < proposals.leaseUntil()) {
            leasedOrBegunAt = now;
        }
        return now - leasedOrBegunAt > 2 * shared.settings().lease()
                ? Optional.of("no majority answers")
                : Optional.empty();
    }

    void acknowledged(ReplicaId from, Message.Acknowledge acknowledge, long now) {
        proposals.acknowledged(from, acknowledge, now);
        goOn(now);
    }

    void granted(ReplicaId from, Message.Grant grant, long now) {
        proposals.granted(from, grant, now);
        goOn(now);
    }

    /// A replica has promised a higher sequence number, to somebody who did not become coordinator
    /// or was cut off since. A healthy master is not deposed for that (PML §5.2): it runs the
    /// propose phase again with a still higher number, under which the replica takes part again.
    ///
    /// One that is bound by a lease which was handed over has got neither the release nor the
    /// propose that says so: it gets the same propose once more, with the next tick.
    void rejected(ReplicaId from, Message.Reject reject, long now) {
        SequenceNumber mine = raising == null ? proposals.sequence() : raising.sequence();
        if (proposals.members().isMember(from)
                && !reject.leased()
                && reject.promised().isAbove(mine)) {
            proposals.suspend();
            raising = Election.begin(shared, reject.promised(), now);
        }
        if (reject.leased() && !asked.released().isNone() && proposals.members().isVoter(from)) {
            bound.add(from);
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
        proposals.count(now);
        goOn(now);
    }

    /// The propose phase with a higher number, once a majority has promised.
    Optional<Raised> raised() {
        Election election = raising;
        return election == null
                ? Optional.empty()
                : election.won().map(won -> new Raised(election.sequence(), won));
    }

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
        if (recovery.showsLaterThan(proposals.sequence())
                || recovery.base() - 1 > proposals.decided()) {
            return false;
        }
        raising = null;
        attempts = 0;
        proposals.raise(raised.sequence(), recovery.base(), now);
        goOn(now);
        return true;
    }

    /// Present where this reign has done what it could: it was finishing and has finished, it is no
    /// voter any more, or another replica has all that it needs to take over.
    Optional<Ending> ending(long now) {
        Membership members = proposals.members();
        if (isFinishing() && proposals.change().isEmpty()) {
            return Optional.of(new Ending("the change is decided", Optional.empty()));
        }
        if (!members.isVoter(shared.self())) {
            Optional<ReplicaId> successor =
                    proposals.peers().furthest(members, proposals.position(now));
            return Optional.of(new Ending("this replica is no voter any more", successor));
        }
        return Optional.ofNullable(handOver)
                .filter(under -> proposals.isAllWith(under.target()))
                .map(under -> new Ending(under.why(), Optional.of(under.target())));
    }

    /// Ends the reign: what waits was never proposed and never will be.
    void end(String why) {
        if (!isFinishing()) {
            shared.outbox().add(new Effect.LostCoordinator(reign, why));
        }
        List<Long> waiting = queue.drainTickets();
        if (!waiting.isEmpty()) {
            shared.outbox().add(new Effect.Refused(waiting, Effect.Refusal.NOT_COORDINATOR));
        }
    }
}
