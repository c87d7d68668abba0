package dev.ephor.simulator;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Entry;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Judges bare cores from outside. What is chosen is told from the disks alone, by the definition:
/// a value that a majority has on disk as accepted under one sequence number. Shares no rule with
/// the core.
final class CoreChecker {
    private final CoreCell cell;

    private final Instances instances = new Instances();

    private final Map<SequenceNumber, CoreNode> winners = new HashMap<>();
    private @Nullable Message lastProposal;

    /// The highest promise that each replica has sent.
    private final TreeMap<ReplicaId, SequenceNumber> promised = new TreeMap<>();

    /// The members from each instance on at which they changed, as the chosen values say.
    private final TreeMap<Long, Membership> members = new TreeMap<>();

    /// How far it is known what is chosen.
    private long decided;

    /// How far somebody has applied what is chosen.
    private long applied;

    private final Tickets tickets;
    private final LeaseChecker leases;
    private final QuorumChecker quorums;
    private final EpochChecker epochs;
    private long acknowledged;

    CoreChecker(CoreCell cell, Membership first) {
        this.cell = cell;
        this.tickets = new Tickets(cell.world);
        this.leases = new LeaseChecker(cell);
        this.quorums = new QuorumChecker(cell);
        this.epochs = new EpochChecker(cell);
        members.put(1L, first);
    }

    /// The members for an instance of which everything below is known.
    private Membership members(long instance) {
        return members.floorEntry(instance).getValue();
    }

    /// The members after all that is known to be chosen.
    Membership members() {
        return members.lastEntry().getValue();
    }

    /// The members before the last change that is known to be chosen.
    Membership formerMembers() {
        var before = members.lowerEntry(members.lastKey());
        return before == null ? members() : before.getValue();
    }

    /// The members as they will be if what somebody has proposed or accepted above that is chosen.
    List<Membership> pendingMembers() {
        List<Membership> pending = new ArrayList<>();
        for (long instance = decided + 1; instance <= instances.last(); instance++) {
            for (Instances.Ballot ballot : instances.at(instance).ballots) {
                if (ballot.value instanceof Value.MembershipChange change) {
                    pending.add(change.membership());
                }
            }
        }
        return pending;
    }

    /// Somebody accepts a value, which is not on disk yet.
    void accepting(Record record) {
        if (record instanceof Record.Accepted(long instance, SequenceNumber sequence, Value value)
                && value instanceof Value.MembershipChange) {
            instances.at(instance).ballot(sequence, value);
        }
    }

    Tickets tickets() {
        return tickets;
    }

    /// How far values are chosen without a gap.
    long chosenUpTo() {
        return applied;
    }

    static long extend(long digest, long instance, Value value) {
        return Rng.mix(digest ^ Rng.mix(instance * 31 + value.hashCode()));
    }

    void died(CoreNode node) {
        tickets.died(node);
        leases.died(node);
    }

    // ---- agreement, by the definition

    void durable(CoreNode node, Record record) {
        if (record instanceof Record.Promised(SequenceNumber sequence)) {
            quorums.promised(node.id(), sequence);
        }
        if (record
                instanceof Record.Accepted(long instance, SequenceNumber sequence, Value value)) {
            Instances.Ballot ballot = instances.at(instance).ballot(sequence, value);
            cell.world.check(
                    same(ballot.value, value),
                    "one value in a sequence number",
                    () ->
                            node.name
                                    + " accepted "
                                    + value
                                    + " at "
                                    + instance
                                    + " under "
                                    + sequence
                                    + ", where others have "
                                    + ballot.value);
            SequenceNumber highest = promised.getOrDefault(node.id(), SequenceNumber.NONE);
            cell.world.check(
                    !highest.isAbove(sequence),
                    "promises are kept",
                    () ->
                            node.name
                                    + " promised "
                                    + highest
                                    + " and then accepted under "
                                    + sequence);
            ballot.vote(node.id());
            quorums.accepted(node.id(), sequence);
            if (instance <= decided) {
                decide(instance);
            } else {
                decideMore();
            }
        }
    }

    /// What a majority of the members for the instance has on disk is chosen. Who they are is known
    /// once everything below is.
    private void decideMore() {
        while (decide(decided + 1)) {
            decided++;
            Value value = instances.at(decided).chosen;
            Membership before = members(decided);
            if (value instanceof Value.MembershipChange change
                    && change.basedOn() == before.since()) {
                members.put(decided + 1, effective(change.membership(), decided));
                cell.world.marks.reach("members changed");
                cell.changed(change.membership());
            }
        }
    }

    private static Membership effective(Membership next, long since) {
        return new Membership(next.voters(), next.learners(), next.incarnations(), since);
    }

    private boolean decide(long instance) {
        Membership voting = members(instance);
        boolean found = false;
        for (Instances.Ballot ballot : instances.at(instance).ballots) {
            if (ballot.isMajorityOf(voting)) {
                choose(instance, ballot.value);
                found = true;
            }
        }
        return found;
    }

    private void choose(long instance, Value value) {
        Value earlier = instances.at(instance).chosen;
        cell.world.check(
                earlier == null || same(earlier, value),
                "agreement",
                () -> "instance " + instance + " has " + earlier + " and " + value);
        instances.at(instance).chosen = value;
    }

    /// Most values are not only equal.
    private static boolean same(Value one, Value other) {
        return one == other || one.equals(other);
    }

    void learned(CoreNode node, long instance, Value value, long digest, Epoch epoch) {
        Value truth = instances.at(instance).chosen;
        cell.world.check(
                truth != null,
                "learned is chosen",
                () ->
                        node.name
                                + " learned "
                                + value
                                + " at "
                                + instance
                                + ", which no majority has on disk");
        cell.world.check(
                truth != null && same(value, truth),
                "agreement",
                () -> node.name + " learned " + value + " at " + instance + ", not " + truth);
        checkDigest(node, instance, digest);
        epochs.learned(node, instance, value, epoch);
        tickets.learned(node, instance, value);
        if (value.origin().replica().equals(node.id()) && cell.coordinates(node)) {
            acknowledged = Math.max(acknowledged, instance);
        }
        if (value instanceof Value.MembershipChange change && members.containsKey(instance + 1)) {
            newMembersHaveIt(node, instance, change);
            leases.letsKnow(node, change, members(instance + 1));
        }
        cell.marks.learned(node, value);
    }

    /// A change of members is known to nobody before a majority of the old voters and one of the
    /// new voters have it on disk under one number.
    private void newMembersHaveIt(CoreNode node, long instance, Value.MembershipChange change) {
        boolean known =
                instances.at(instance).ballots.stream()
                        .anyMatch(ballot ->
                                ballot.value.equals(change)
                                        && ballot.isMajorityOf(members(instance))
                                        && ballot.isMajorityOf(members(instance + 1)));
        cell.world.check(
                known,
                "a change is known once old and new members have it",
                () -> node.name + " learned " + change + " at " + instance);
    }

    private void checkDigest(CoreNode node, long instance, long digest) {
        if (instance == applied + 1) {
            applied = instance;
            instances.at(instance).digest = digest;
        }
        cell.world.check(
                instance <= applied && instances.at(instance).digest == digest,
                "applied prefixes are equal",
                () -> node.name + " differs at " + instance);
    }

    void restored(CoreNode node, long instance, long digest) {
        checkDigest(node, instance, digest);
        tickets.restored(node, instance);
    }

    // ---- what a replica says

    void received(CoreNode node, Message message) {
        leases.received(node, message);
    }

    void sent(CoreNode from, Message message) {
        leases.sent(from, message);
        switch (message) {
            case Message.Accept accept -> proposedValues(from, accept);
            case Message.Promise(SequenceNumber sequence, long _, List<Entry> _) -> {
                promised.merge(from.id(), sequence, (a, b) -> b.isAbove(a) ? b : a);
            }
            case Message.Acknowledge(SequenceNumber sequence, long upTo) ->
                    acknowledges(from, sequence, upTo);
            case Message.Grant(SequenceNumber sequence, long _, long upTo, long _) ->
                    acknowledges(from, sequence, upTo);
            case Message.Propose propose -> quorums.asks(from, propose.sequence());
            case Message.Reject _, Message.Release _, Message.TakeOver _ -> {}
            case Message.CatchUp _, Message.Chosen _, Message.SnapshotAvailable _ -> {}
        }
    }

    /// What is not chosen yet must be on the disk of the one who acknowledges it.
    private void acknowledges(CoreNode from, SequenceNumber sequence, long upTo) {
        for (long instance = chosenUpTo() + 1; instance <= upTo; instance++) {
            long missing = instance;
            cell.world.check(
                    instances.at(instance).chosen != null
                            || instances.at(instance).hasVoted(from.id(), sequence),
                    "acknowledged is on disk",
                    () ->
                            from.name
                                    + " acknowledges "
                                    + upTo
                                    + " under "
                                    + sequence
                                    + " without "
                                    + missing
                                    + " on disk");
        }
    }

    private void proposedValues(CoreNode from, Message.Accept accept) {
        quorums.speaks(accept.sequence());
        if (accept.values().isEmpty() || accept == lastProposal) {
            return;
        }
        lastProposal = accept;
        long next = accept.first();
        for (Value value : accept.values()) {
            long instance = next++;
            Instances.Ballot ballot = instances.at(instance).ballot(accept.sequence(), value);
            cell.world.check(
                    same(ballot.value, value),
                    "one value in a sequence number",
                    () ->
                            from.name
                                    + " proposes "
                                    + value
                                    + " at "
                                    + instance
                                    + " under "
                                    + accept.sequence()
                                    + ", before "
                                    + ballot.value);
            if (members.size() == 1) {
                quorums.proposes(from, ballot, instances.at(instance).ballots, members());
            }
        }
    }

    void became(CoreNode node, SequenceNumber sequence) {
        CoreNode earlier = winners.putIfAbsent(sequence, node);
        cell.world.check(
                earlier == null && sequence.replica().equals(node.id()),
                "a sequence number is used once",
                () -> node.name + " coordinates under " + sequence);
    }

    void proposed(CoreNode node, Effect.Proposed proposed) {
        tickets.proposed(node, proposed);
    }

    void refused(CoreNode node, Effect.Refused refused) {
        tickets.refused(node, refused);
    }

    void removed(CoreNode node) {
        if (tickets.openAt(node) > 0) {
            tickets.removed(node);
        }
    }

    void stepped(CoreNode node) {
        quorums.stepped(node);
        leases.stepped(node, acknowledged);
    }
}
