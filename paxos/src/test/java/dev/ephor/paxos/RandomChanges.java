package dev.ephor.paxos;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// Changes of members, at random.
final class RandomChanges {
    private static final int NUMBERS = 7;

    private final SplittableRandom random;

    RandomChanges(SplittableRandom random) {
        this.random = random;
    }

    /// Somebody new, to vote beside the others or instead of one.
    Membership admit(Membership members) {
        ReplicaId id = members.nextIncarnation(1 + random.nextInt(NUMBERS));
        Optional<ReplicaId> sameNumber =
                members.voters().stream().filter(v -> v.number() == id.number()).findFirst();
        Optional<ReplicaId> replaces =
                sameNumber.isPresent() || random.nextBoolean()
                        ? sameNumber
                        : Optional.of(members.voters().first());
        return members.admitting(id, new Learner(random.nextLong(), replaces));
    }

    /// A learner is promoted, somebody removed, or any of the members vote from here on.
    Membership revote(Membership members) {
        List<ReplicaId> learners = List.copyOf(members.learners().keySet());
        if (!learners.isEmpty() && random.nextInt(3) > 0) {
            return members.promoting(learners.get(random.nextInt(learners.size())));
        }
        List<ReplicaId> everybody = List.copyOf(members.everybody());
        if (random.nextInt(3) > 0 && members.voters().size() > 1) {
            return members.without(everybody.get(random.nextInt(everybody.size())));
        }
        TreeMap<Integer, ReplicaId> voting = new TreeMap<>();
        for (ReplicaId member : everybody) {
            if (random.nextInt(3) > 0 || voting.isEmpty()) {
                voting.put(member.number(), member);
            }
        }
        TreeMap<ReplicaId, Learner> others = new TreeMap<>(members.learners());
        others.keySet().removeAll(voting.values());
        return new Membership(new TreeSet<>(voting.values()), others, members.incarnations(), 0);
    }
}
