package dev.ephor.log;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.Optional;
import java.util.OptionalLong;

/// What an operator wants of the members, and how one change of them comes nearer to it. The rest
/// of the dance needs no memory, because it is part of the membership itself: a learner becomes a
/// voter by itself, and takes the place of whom it replaces.
sealed interface MemberChange {
    /// True where nothing needs to be proposed for it any more.
    boolean isDone(Membership members);

    /// What to propose; empty where an applicant must come first.
    ///
    /// @param nonce of the applicant with this number, where there is one
    /// @throws MembershipException it cannot be
    Optional<Membership> next(Membership members, OptionalLong nonce);

    /// Number of the replica that must apply; 0 where none must.
    int applicant();

    /// Lets one more in.
    record Add(int number) implements MemberChange {
        @Override
        public boolean isDone(Membership members) {
            return members.memberWith(number).isPresent();
        }

        @Override
        public Optional<Membership> next(Membership members, OptionalLong nonce) {
            return admit(members, number, nonce, Optional.empty());
        }

        @Override
        public int applicant() {
            return number;
        }
    }

    /// Ends somebody's membership.
    record Remove(int number) implements MemberChange {
        @Override
        public boolean isDone(Membership members) {
            return members.memberWith(number).isEmpty();
        }

        @Override
        public Optional<Membership> next(Membership members, OptionalLong nonce) {
            Membership next = members;
            for (ReplicaId member : members.everybody()) {
                if (member.number() == number) {
                    if (next.voters().size() == 1 && next.isVoter(member)) {
                        throw new MembershipException(
                                "replica "
                                        + number
                                        + " is the only one that votes: without it there is no"
                                        + " cell. Add another one first");
                    }
                    next = next.without(member);
                }
            }
            return Optional.of(next);
        }

        @Override
        public int applicant() {
            return 0;
        }
    }

    /// Lets one in, to take the place of another.
    record Replace(int number, int by) implements MemberChange {
        @Override
        public boolean isDone(Membership members) {
            Optional<ReplicaId> old = members.voterWith(number);
            return members.memberWith(by).isPresent()
                    && (old.isEmpty()
                            || members.learnerWith(by)
                                    .map(members.learners()::get)
                                    .filter(learner -> learner.replaces().equals(old))
                                    .isPresent());
        }

        @Override
        public Optional<Membership> next(Membership members, OptionalLong nonce) {
            Optional<ReplicaId> old = members.voterWith(number);
            if (number == by) {
                throw new MembershipException(
                        "replica "
                                + number
                                + " cannot replace itself. One that lost its disk rejoins when it is"
                                + " started, with no command");
            }
            if (old.isEmpty()) {
                throw new MembershipException(
                        "replica " + number + " does not vote, so nobody can take its place");
            }
            if (members.voterWith(by).isPresent()) {
                throw new MembershipException(
                        "replica "
                                + by
                                + " votes already. To go on without replica "
                                + number
                                + ", remove it");
            }
            for (var learner : members.learners().entrySet()) {
                if (learner.getKey().number() == by) {
                    Learner other = new Learner(learner.getValue().nonce(), old);
                    return Optional.of(members.admitting(learner.getKey(), other));
                }
            }
            return admit(members, by, nonce, old);
        }

        @Override
        public int applicant() {
            return by;
        }
    }

    private static Optional<Membership> admit(
            Membership members, int number, OptionalLong nonce, Optional<ReplicaId> replaces) {
        return nonce.isEmpty()
                ? Optional.empty()
                : Optional.of(members.admitting(number, new Learner(nonce.getAsLong(), replaces)));
    }
}
