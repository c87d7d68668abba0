package dev.ephor.simulator;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Judges leases by what they rest on: the *words* of a majority. Who answers a heartbeat gives its
/// word that it elects nobody else for a lease from when the heartbeat came, by its own clock. Told
/// from messages alone: that words are kept, and that nobody relies on a lease for longer, in true
/// time, than the words of a majority last.
final class LeaseChecker {
    private final CoreCell cell;

    /// The last word that each gave.
    private final TreeMap<ReplicaId, Word> words = new TreeMap<>();

    /// When each heartbeat that is not answered yet came, by the clock of the one it came to.
    private final Map<Heartbeat, Long> heartbeats = new HashMap<>();

    /// The highest number whose lease each holder has given back.
    private final TreeMap<ReplicaId, SequenceNumber> givenBack = new TreeMap<>();

    /// @param until by the clock of the one who gave it
    private record Word(SequenceNumber to, long until) {}

    private record Heartbeat(ReplicaId taker, SequenceNumber sequence, long sentAt) {}

    LeaseChecker(CoreCell cell) {
        this.cell = cell;
    }

    void received(CoreNode node, Message message) {
        if (message instanceof Message.Accept accept && accept.values().isEmpty()) {
            heartbeats.putIfAbsent(
                    new Heartbeat(node.id(), accept.sequence(), accept.sentAt()),
                    node.clock.at(cell.world.now()));
        }
    }

    void sent(CoreNode from, Message message) {
        switch (message) {
            case Message.Grant grant -> {
                Heartbeat answered = new Heartbeat(from.id(), grant.sequence(), grant.sentAt());
                Long came = heartbeats.remove(answered);
                if (came != null) {
                    gives(from.id(), grant.sequence(), came);
                }
            }
            case Message.Accept accept -> {
                if (accept.values().isEmpty()) {
                    gives(from.id(), accept.sequence(), accept.sentAt());
                }
            }
            case Message.Promise promise -> keepsItsWord(from, promise.sequence());
            case Message.Propose propose -> {
                SequenceNumber released = propose.released();
                givesBack(released.replica(), released);
                keepsItsWord(from, propose.sequence());
            }
            case Message.Release(SequenceNumber sequence) -> givesBack(from.id(), sequence);
            case Message.TakeOver(SequenceNumber sequence) -> givesBack(from.id(), sequence);
            case Message.Acknowledge _, Message.Reject _ -> {}
            case Message.CatchUp _, Message.Chosen _, Message.SnapshotAvailable _ -> {}
        }
    }

    private void gives(ReplicaId giver, SequenceNumber to, long came) {
        words.merge(
                giver,
                new Word(to, came + cell.settings.lease()),
                (before, now) ->
                        before.to().isAbove(now.to())
                                        || before.to().equals(now.to())
                                                && before.until() > now.until()
                                ? before
                                : now);
    }

    private void givesBack(ReplicaId holder, SequenceNumber sequence) {
        givenBack.merge(holder, sequence, (a, b) -> b.isAbove(a) ? b : a);
    }

    private boolean isGivenBack(SequenceNumber lease) {
        SequenceNumber back = givenBack.getOrDefault(lease.replica(), SequenceNumber.NONE);
        return !lease.isAbove(back);
    }

    /// Until when, in true time, the replica refuses everybody but `holder`.
    private long keptUntil(ReplicaId giver, ReplicaId holder) {
        Word word = words.get(giver);
        return word == null || !word.to().replica().equals(holder) || isGivenBack(word.to())
                ? 0
                : cell.node(giver).clock.trueTimeOf(word.until());
    }

    /// Promises a number, to somebody or to itself.
    private void keepsItsWord(CoreNode node, SequenceNumber promised) {
        Word word = words.get(node.id());
        if (word == null || !promised.isAbove(word.to())) {
            return;
        }
        ReplicaId holder = word.to().replica();
        long now = cell.world.now();
        cell.world.check(
                promised.replica().equals(holder)
                        || keptUntil(node.id(), holder) <= now
                        || holder.equals(node.id()) && !isKeptByMajority(node, now),
                "a granted lease is kept",
                () ->
                        node.name
                                + " promises "
                                + promised
                                + " while the lease runs that it granted to "
                                + word.to());
    }

    /// What one granted to itself binds it as long as others keep their word too. A coordinator
    /// that was cut off grants on to itself alone, and may follow the next one at once.
    private boolean isKeptByMajority(CoreNode holder, long now) {
        Membership members = cell.checker.members();
        long others =
                members.voters().stream()
                        .filter(voter -> keptUntil(voter, holder.id()) > now)
                        .count();
        return 2 * others > members.voters().size();
    }

    /// @param until true time until which it relies on its lease
    private void relies(CoreNode master, long until) {
        restsOnWords(master, master.members(), until, "a lease rests on the words of a majority");
    }

    private void restsOnWords(CoreNode master, Membership members, long until, String rule) {
        long count =
                members.voters().stream()
                        .filter(voter ->
                                voter.equals(master.id()) || keptUntil(voter, master.id()) >= until)
                        .count();
        cell.atlas.checkTimed(
                2 * count > members.voters().size(),
                rule,
                () ->
                        master.name
                                + " relies on it until "
                                + until
                                + ", and "
                                + count
                                + " of "
                                + members.voters()
                                + " do so");
    }

    /// A master lets a change of members be known that it has made in this reign: the new voters
    /// must be bound to it by then.
    void letsKnow(CoreNode master, Value.MembershipChange change, Membership next) {
        Replica replica = master.replica();
        if (replica != null && replica.reign().filter(change.origin()::equals).isPresent()) {
            restsOnWords(
                    master,
                    next,
                    cell.world.now(),
                    "a change is let known under the lease of the new voters");
        }
    }

    void died(CoreNode node) {
        heartbeats.keySet().removeIf(heartbeat -> heartbeat.taker().equals(node.id()));
    }

    /// @param acknowledged how far commands were answered
    void stepped(CoreNode node, long acknowledged) {
        long now = cell.world.now();
        long end = leaseEnd(node);
        if (end <= now) {
            return;
        }
        relies(node, end);
        for (CoreNode other : cell.nodes()) {
            cell.atlas.checkTimed(
                    other == node || leaseEnd(other) <= now,
                    "one master lease at a time",
                    () ->
                            node.name
                                    + " holds it until "
                                    + end
                                    + ", "
                                    + other.name
                                    + " until "
                                    + leaseEnd(other));
        }
        cell.atlas.checkTimed(
                node.applied() >= acknowledged || !cell.servesReads(node),
                "reads under the lease are current",
                () ->
                        node.name
                                + " has applied "
                                + node.applied()
                                + ", but "
                                + acknowledged
                                + " is acknowledged");
    }

    private long leaseEnd(CoreNode node) {
        Replica replica = node.replica();
        if (replica == null || replica.leaseUntil() == Long.MIN_VALUE) {
            return 0;
        }
        return node.clock.trueTimeOf(replica.leaseUntil());
    }
}
