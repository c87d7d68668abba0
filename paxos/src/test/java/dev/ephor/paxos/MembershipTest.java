package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final ReplicaId FOUR = ReplicaId.of(4);
    private static final ReplicaId THREE_AGAIN = new ReplicaId(3, 2);
    private static final Learner LEARNER = new Learner(7, Optional.empty());
    private static final Learner SUCCESSOR = new Learner(8, Optional.of(THREE));

    private static Membership membership(
            List<ReplicaId> voters,
            Map<ReplicaId, Learner> learners,
            Map<Integer, Integer> incarnations,
            long since) {
        return new Membership(
                new TreeSet<>(voters), new TreeMap<>(learners), new TreeMap<>(incarnations), since);
    }

    private static void isRefused(
            String rule,
            List<ReplicaId> voters,
            Map<ReplicaId, Learner> learners,
            Map<Integer, Integer> incarnations,
            long since) {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> membership(voters, learners, incarnations, since))
                .withMessageContaining(rule);
    }

    @Test
    void impossibleMembersAreRefused() {
        isRefused("count from 1", List.of(ONE), Map.of(), Map.of(1, 1), -1);
        isRefused("at least one voter", List.of(), Map.of(FOUR, LEARNER), Map.of(4, 1), 0);
        isRefused("at least one voter", List.of(), Map.of(), Map.of(4, 1), 0);
        isRefused("at least one voter", List.of(), Map.of(), Map.of(), 3);
        isRefused("voter and learner", List.of(ONE), Map.of(ONE, LEARNER), Map.of(1, 1), 0);
        isRefused("same number", List.of(THREE, THREE_AGAIN), Map.of(), Map.of(3, 2), 0);
        isRefused(
                "same number",
                List.of(ONE),
                Map.of(THREE, LEARNER, THREE_AGAIN, LEARNER),
                Map.of(1, 1, 3, 2),
                0);
        isRefused("is noted", List.of(ONE), Map.of(), Map.of(), 0);
        isRefused("is noted", List.of(ONE), Map.of(THREE_AGAIN, LEARNER), Map.of(1, 1, 3, 1), 0);
        assertThat(membership(List.of(), Map.of(), Map.of(), 0)).isEqualTo(Membership.NOBODY);
    }

    @Test
    void aCellBeginsWithVotersOnly() {
        assertThat(Membership.of(ONE, THREE_AGAIN))
                .isEqualTo(membership(List.of(ONE, THREE_AGAIN), Map.of(), Map.of(1, 1, 3, 2), 0));
    }

    @Test
    void aChangeTakesEffectOnlyUponTheMembersItWasMadeFor() {
        Membership next = MEMBERS.without(THREE);
        Value change = new Value.MembershipChange(number(1, 1), 0, next);

        assertThat(MEMBERS.after(5, change)).isEqualTo(next.definedAt(5));
        assertThat(MEMBERS.after(5, change).since()).isEqualTo(5);
        assertThat(MEMBERS.definedAt(3).after(5, change)).isEqualTo(MEMBERS.definedAt(3));
        assertThat(MEMBERS.after(5, value("x"))).isSameAs(MEMBERS);
        assertThat(MEMBERS.after(5, new Value.NoOp(number(1, 1)))).isSameAs(MEMBERS);
        assertThat(MEMBERS.after(5, new Value.EpochStart(number(1, 1)))).isSameAs(MEMBERS);
    }

    @Test
    void onlyVotersMakeAMajority() {
        Membership members = MEMBERS.admitting(FOUR, LEARNER);

        assertThat(members.majority()).isEqualTo(2);
        assertThat(Membership.of(ONE, TWO, THREE, FOUR).majority()).isEqualTo(3);
        assertThat(members.isMajority(List.of(ONE, TWO))).isTrue();
        assertThat(members.isMajority(List.of(ONE, FOUR))).isFalse();
        assertThat(members.isMajority(List.of(ONE, ONE))).isFalse();
        assertThat(Membership.NOBODY.isMajority(List.of())).isFalse();
    }

    @Test
    void whoIsWho() {
        Membership members = MEMBERS.admitting(THREE_AGAIN, SUCCESSOR);

        assertThat(members.isVoter(THREE)).isTrue();
        assertThat(members.isVoter(THREE_AGAIN)).isFalse();
        assertThat(members.isMember(THREE)).isTrue();
        assertThat(members.isMember(THREE_AGAIN)).isTrue();
        assertThat(members.isMember(FOUR)).isFalse();
        assertThat(members.everybody()).containsExactly(ONE, TWO, THREE, THREE_AGAIN);
        assertThat(members.nextIncarnation(3)).isEqualTo(new ReplicaId(3, 3));
        assertThat(members.nextIncarnation(4)).isEqualTo(FOUR);
        assertThat(members.voterWith(3)).contains(THREE);
        assertThat(members.learnerWith(3)).contains(THREE_AGAIN);
        assertThat(members.learnerWith(1)).isEmpty();
        assertThat(members.memberWith(3)).contains(THREE);
        assertThat(members.memberWith(4)).isEmpty();
        assertThat(MEMBERS.admitting(3, SUCCESSOR)).isEqualTo(members);
    }

    @Test
    void aLearnerTakesThePlaceOfAnEarlierOneOfItsNumber() {
        Membership members = MEMBERS.admitting(FOUR, LEARNER);
        ReplicaId next = members.nextIncarnation(4);

        Membership renewed = members.definedAt(9).admitting(next, LEARNER);

        assertThat(renewed)
                .isEqualTo(
                        membership(
                                List.of(ONE, TWO, THREE),
                                Map.of(next, LEARNER),
                                Map.of(1, 1, 2, 1, 3, 1, 4, 2),
                                9));
    }

    @Test
    void promotingPutsTheSuccessorInPlaceOfWhomItReplaces() {
        Membership members = MEMBERS.admitting(THREE_AGAIN, SUCCESSOR).admitting(FOUR, LEARNER);

        assertThat(members.promoting(THREE_AGAIN).voters()).containsExactly(ONE, TWO, THREE_AGAIN);
        assertThat(members.promoting(THREE_AGAIN).learners()).containsOnlyKeys(FOUR);
        assertThat(members.promoting(FOUR).voters()).containsExactly(ONE, TWO, THREE, FOUR);
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> members.promoting(ONE))
                .withMessageContaining("only a learner is promoted");
    }

    @Test
    void whoIsRemovedNeverComesBackAsTheSame() {
        Membership members = MEMBERS.admitting(FOUR, LEARNER);
        Membership without = members.without(FOUR).without(TWO);

        assertThat(without.voters()).containsExactly(ONE, THREE);
        assertThat(without.learners()).isEmpty();
        assertThat(without.isRemoved(FOUR)).isTrue();
        assertThat(without.isRemoved(TWO)).isTrue();
        assertThat(without.isRemoved(ONE)).isFalse();
        assertThat(without.isRemoved(new ReplicaId(4, 2))).isFalse();
        assertThat(MEMBERS.isRemoved(FOUR)).isFalse();
    }

    @Test
    void whatOneChangeMayDo() {
        Membership without = MEMBERS.without(TWO);

        assertThat(MEMBERS.mayBecome(without)).isTrue();
        assertThat(MEMBERS.mayBecome(Membership.NOBODY)).isFalse();
        assertThat(MEMBERS.mayBecome(MEMBERS.admitting(THREE_AGAIN, SUCCESSOR))).isTrue();
        assertThat(without.mayBecome(MEMBERS)).as("an old identity comes back").isFalse();
        assertThat(MEMBERS.mayBecome(Membership.of(ONE, TWO)))
                .as("a number is forgotten")
                .isFalse();
        assertThat(Membership.of(THREE_AGAIN).mayBecome(Membership.of(THREE)))
                .as("an incarnation is forgotten")
                .isFalse();
        assertThat(MEMBERS.mayBecome(MEMBERS.admitting(FOUR, LEARNER))).isTrue();
        assertThat(without.mayBecome(without.admitting(TWO, LEARNER)))
                .as("as a learner neither")
                .isFalse();
    }

    /// A voter can be replaced once.
    @Test
    void whoIsToReplaceTheSameVoterComesInPlaceOfTheOther() {
        Membership members = Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3));
        Optional<ReplicaId> three = Optional.of(ReplicaId.of(3));
        Membership first = members.admitting(6, new Learner(1, three));
        Membership second = first.admitting(3, new Learner(2, three));
        assertThat(second.learners().keySet()).containsExactly(new ReplicaId(3, 2));
        assertThat(second.isRemoved(ReplicaId.of(6))).isTrue();
        Membership other = first.admitting(7, new Learner(2, Optional.empty()));
        assertThat(other.learners()).hasSize(2);
    }
}
