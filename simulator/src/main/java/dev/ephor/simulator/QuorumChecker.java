package dev.ephor.simulator;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.simulator.Instances.Ballot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Judges who may speak as coordinator, and what may be proposed, by what is on the disks: a number
/// is its owner's once a majority has promised it, the owner too; and a value is proposed only
/// where no other can have been chosen, or be chosen still, under a lower number.
final class QuorumChecker {
    private final CoreCell cell;

    /// Who ever had the promise of exactly this number on disk.
    private final Map<SequenceNumber, Set<ReplicaId>> promises = new HashMap<>();

    /// The highest number that each has promised on disk, or accepted under.
    private final TreeMap<ReplicaId, SequenceNumber> highest = new TreeMap<>();

    private final Set<SequenceNumber> spoken = new HashSet<>();

    /// Numbers under which somebody spoke first in the step that is being judged.
    private final List<SequenceNumber> fresh = new ArrayList<>();

    QuorumChecker(CoreCell cell) {
        this.cell = cell;
    }

    void promised(ReplicaId replica, SequenceNumber sequence) {
        promises.computeIfAbsent(sequence, _ -> new HashSet<>()).add(replica);
        accepted(replica, sequence);
    }

    void accepted(ReplicaId replica, SequenceNumber sequence) {
        highest.merge(replica, sequence, (a, b) -> b.isAbove(a) ? b : a);
    }

    /// Who asks for promises under a number will know it after a restart.
    void asks(CoreNode from, SequenceNumber sequence) {
        cell.world.check(
                promises.getOrDefault(sequence, Set.of()).contains(from.id()),
                "who asks has promised",
                () -> from.name + " asks under " + sequence + ", which is not on its disk");
    }

    /// Somebody proposes, or sends heartbeats, under a number.
    void speaks(SequenceNumber sequence) {
        if (spoken.add(sequence)) {
            fresh.add(sequence);
        }
    }

    /// After the step: now it is known which members the replica has learned of.
    void stepped(CoreNode node) {
        for (SequenceNumber sequence : fresh) {
            Membership members = node.members();
            Set<ReplicaId> promised = promises.getOrDefault(sequence, Set.of());
            long count = members.voters().stream().filter(promised::contains).count();
            cell.world.check(
                    promised.contains(node.id()) && 2 * count > members.voters().size(),
                    "who coordinates has a majority's promises",
                    () ->
                            node.name
                                    + " speaks under "
                                    + sequence
                                    + ", which is promised on the disks of "
                                    + promised
                                    + ", of "
                                    + members.voters());
        }
        fresh.clear();
    }

    /// What is proposed under a number must be the only value that can be chosen under a lower one.
    ///
    /// @param proposal what is proposed, and under which number
    /// @param ballots those of the instance
    void proposes(CoreNode from, Ballot proposal, List<Ballot> ballots, Membership members) {
        for (Ballot ballot : ballots) {
            cell.world.check(
                    !proposal.sequence.isAbove(ballot.sequence)
                            || ballot.value.equals(proposal.value)
                            || !isChoosable(ballot, members),
                    "nothing else can be chosen below",
                    () ->
                            from.name
                                    + " proposes "
                                    + proposal.value
                                    + " under "
                                    + proposal.sequence
                                    + ", where "
                                    + ballot.value
                                    + " may be chosen under "
                                    + ballot.sequence);
        }
    }

    /// All those who accepted, and those who may yet, are a majority.
    private boolean isChoosable(Ballot ballot, Membership members) {
        long count =
                members.voters().stream()
                        .filter(voter ->
                                ballot.voters.contains(voter)
                                        || !highest.getOrDefault(voter, SequenceNumber.NONE)
                                                .isAbove(ballot.sequence))
                        .count();
        return 2 * count > members.voters().size();
    }
}
