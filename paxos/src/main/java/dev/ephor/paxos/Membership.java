package dev.ephor.paxos;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The members of a cell for one instance: who votes, and who only learns. What counts as a
/// majority is asked here and nowhere else (PML §5.4). Immutable.
///
/// The members for an instance are what the chosen values below it say: [#after] computes them, by
/// every replica in the same way.
///
/// @param voters in order; their acknowledgements count
/// @param learners in order; they receive everything and count for nothing until promoted
/// @param incarnations for each number of a replica the highest incarnation that was ever a member:
///   nobody comes back under an identity that was used before
/// @param since the instance that defined this membership, 0 for the one at the beginning
public record Membership(
        SortedSet<ReplicaId> voters,
        SortedMap<ReplicaId, Learner> learners,
        SortedMap<Integer, Integer> incarnations,
        long since) {

    /// What a replica knows that has yet to learn who the members are: nobody votes, so no majority
    /// is possible. The first change that it learns says who they are.
    public static final Membership NOBODY =
            new Membership(new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), 0);

    public Membership {
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        learners = Collections.unmodifiableSortedMap(new TreeMap<>(learners));
        incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
        Check.that(since >= 0, "instances count from 1");
        Check.that(
                !voters.isEmpty() || (learners.isEmpty() && incarnations.isEmpty() && since == 0),
                "a membership has at least one voter");
        Check.that(
                Collections.disjoint(voters, learners.keySet()),
                "nobody is voter and learner at once");
        checkNumbers(voters, incarnations);
        checkNumbers(learners.keySet(), incarnations);
    }

    private static void checkNumbers(
            Collection<ReplicaId> members, SortedMap<Integer, Integer> incarnations) {
        Check.that(
                members.stream().map(ReplicaId::number).distinct().count() == members.size(),
                "no two voters and no two learners have the same number");
        for (ReplicaId member : members) {
            Check.that(
                    incarnations.getOrDefault(member.number(), 0) >= member.incarnation(),
                    "the incarnation of every member is noted");
        }
    }

    public static Membership of(ReplicaId... voters) {
        return of(List.of(voters));
    }

    /// The members that a cell begins with.
    public static Membership of(Collection<ReplicaId> voters) {
        TreeMap<Integer, Integer> incarnations = new TreeMap<>();
        voters.forEach(voter -> incarnations.merge(voter.number(), voter.incarnation(), Math::max));
        return new Membership(new TreeSet<>(voters), new TreeMap<>(), incarnations, 0);
    }

    /// The members after `value` at `instance`, where these are the members before it.
    ///
    /// A change takes effect only upon the members that it was made for. One that is left over from
    /// a deposed coordinator may be chosen after another change; it then does nothing.
    public Membership after(long instance, Value value) {
        return switch (value) {
            case Value.MembershipChange change when change.basedOn() == since ->
                    change.membership().definedAt(instance);
            case Value.MembershipChange leftOver -> this;
            case Value.NoOp noOp -> this;
            case Value.EpochStart start -> this;
            case Value.Commands commands -> this;
        };
    }

    /// These members, as the value at the instance defines them.
    Membership definedAt(long instance) {
        return new Membership(voters, learners, incarnations, instance);
    }

    public boolean isVoter(ReplicaId replica) {
        return voters.contains(replica);
    }

    public boolean isMember(ReplicaId replica) {
        return voters.contains(replica) || learners.containsKey(replica);
    }

    /// True where the replica was a member once, or an earlier incarnation of one that was, and is
    /// not any more: it never will be again.
    public boolean isRemoved(ReplicaId replica) {
        return !isMember(replica)
                && incarnations.getOrDefault(replica.number(), 0) >= replica.incarnation();
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
        all.addAll(learners.keySet());
        return all;
    }

    public Optional<ReplicaId> voterWith(int number) {
        return with(voters, number);
    }

    public Optional<ReplicaId> learnerWith(int number) {
        return with(learners.keySet(), number);
    }

    /// The voter with this number, or else the learner that is to become one.
    public Optional<ReplicaId> memberWith(int number) {
        return voterWith(number).or(() -> learnerWith(number));
    }

    private static Optional<ReplicaId> with(Collection<ReplicaId> members, int number) {
        return members.stream().filter(member -> member.number() == number).findFirst();
    }

    /// The identity under which the replica with this number can be admitted next.
    public ReplicaId nextIncarnation(int number) {
        return new ReplicaId(number, incarnations.getOrDefault(number, 0) + 1);
    }

    /// These members and a learner, in place of an earlier learner of the same number, or of one
    /// that was to replace the same voter: that can be replaced once.
    public Membership admitting(ReplicaId replica, Learner learner) {
        TreeMap<ReplicaId, Learner> more = new TreeMap<>(learners);
        more.keySet().removeIf(other -> other.number() == replica.number());
        more.values()
                .removeIf(other ->
                        other.replaces().isPresent()
                                && other.replaces().equals(learner.replaces()));
        more.put(replica, learner);
        TreeMap<Integer, Integer> noted = new TreeMap<>(incarnations);
        noted.merge(replica.number(), replica.incarnation(), Math::max);
        return new Membership(voters, more, noted, since);
    }

    /// These members and a learner with this number, under the next identity that it can have.
    public Membership admitting(int number, Learner learner) {
        return admitting(nextIncarnation(number), learner);
    }

    /// The learner votes, and whom it replaces is no member any more.
    public Membership promoting(ReplicaId replica) {
        Learner learner = learners.get(replica);
        Check.that(learner != null, "only a learner is promoted");
        TreeSet<ReplicaId> voting = new TreeSet<>(voters);
        TreeMap<ReplicaId, Learner> others = new TreeMap<>(learners);
        others.remove(replica);
        if (learner != null) {
            learner.replaces().ifPresent(voting::remove);
        }
        voting.add(replica);
        return new Membership(voting, others, incarnations, since);
    }

    /// These members without this one.
    public Membership without(ReplicaId replica) {
        TreeSet<ReplicaId> voting = new TreeSet<>(voters);
        TreeMap<ReplicaId, Learner> others = new TreeMap<>(learners);
        voting.remove(replica);
        others.remove(replica);
        return new Membership(voting, others, incarnations, since);
    }

    /// True where one change may lead from these members to `next`: nobody is forgotten who was
    /// ever a member, and nobody comes back under a used identity.
    public boolean mayBecome(Membership next) {
        boolean nobodyForgotten =
                incarnations.entrySet().stream()
                        .allMatch(known ->
                                next.incarnations.getOrDefault(known.getKey(), 0)
                                        >= known.getValue());
        boolean newIdentities =
                next.everybody().stream()
                        .allMatch(member -> isMember(member) || !isRemoved(member));
        return !next.voters.isEmpty() && nobodyForgotten && newIdentities;
    }
}
