package dev.ephor.paxos;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// The members of a cell for one instance: who votes, and who only learns. What counts as a
/// majority is asked here and nowhere else (PML §5.4).
///
/// @param voters in order; their acknowledgements count
/// @param learners in order; they receive everything and count for nothing until promoted
public record Membership(SortedSet<ReplicaId> voters, SortedSet<ReplicaId> learners) {
    public Membership {
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        learners = Collections.unmodifiableSortedSet(new TreeSet<>(learners));
        Check.that(!voters.isEmpty(), "a membership has at least one voter");
        Check.that(Collections.disjoint(voters, learners), "nobody is voter and learner at once");
    }

    public static Membership of(ReplicaId... voters) {
        return new Membership(new TreeSet<>(java.util.List.of(voters)), new TreeSet<>());
    }

    public static Membership of(Collection<ReplicaId> voters) {
        return new Membership(new TreeSet<>(voters), new TreeSet<>());
    }

    public boolean isVoter(ReplicaId replica) {
        return voters.contains(replica);
    }

    public boolean isMember(ReplicaId replica) {
        return voters.contains(replica) || learners.contains(replica);
    }

    /// The least number of voters that makes a majority.
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /// True where the voters among `replicas` are a majority.
    public boolean isMajority(Collection<ReplicaId> replicas) {
        return replicas.stream().distinct().filter(voters::contains).count() >= majority();
    }

    /// Everybody, voters and learners, in order.
    public SortedSet<ReplicaId> everybody() {
        TreeSet<ReplicaId> all = new TreeSet<>(voters);
        all.addAll(learners);
        return all;
    }
}
