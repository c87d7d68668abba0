package dev.ephor.paxos;

import static dev.ephor.paxos.Alone.of;
import static dev.ephor.paxos.Alone.stands;
import static dev.ephor.paxos.Alone.to;
import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A replica that follows, and one that stands for election (PML §4.1).
class FollowerTest {
    private static final SequenceNumber TWOS = number(5, 2);
    private static final long ATTEMPT = Settings.DEFAULT.attempt() / Alone.MILLI;
    private static final long BACKOFF = Settings.DEFAULT.backoff() / Alone.MILLI;
    private static final long LEASE = Settings.DEFAULT.lease() / Alone.MILLI;

    private final Alone one = new Alone(MEMBERS);

    private static Message.Accept accept(long first, long chosenUpTo, String... values) {
        return new Message.Accept(
                TWOS,
                1,
                first,
                List.of(values).stream().map(Given::value).toList(),
                chosenUpTo,
                77);
    }

    @Test
    void itStandsAfterARandomTime() {
        assertThat(stands(one.pass(0))).isFalse();
        assertThat(stands(one.pass(0))).as("not at once").isFalse();
        List<Effect> effects = one.pass(BACKOFF);

        assertThat(to(TWO, effects))
                .containsExactly(new Message.Propose(Alone.FIRST, 1, SequenceNumber.NONE));
        assertThat(one.replica.roleName()).isEqualTo("candidate");
        assertThat(one.replica.coordinator()).isEmpty();
    }

    @Test
    void aHeartbeatKeepsItFromStanding() {
        one.pass(0);
        one.hear(TWO, accept(1, 0));
        assertThat(stands(one.pass(LEASE - 1))).isFalse();
        assertThat(stands(one.pass(1))).as("the random time begins now").isFalse();
        assertThat(stands(one.pass(BACKOFF))).isTrue();
    }

    @Test
    void itKnowsWhoIsCoordinator() {
        one.hear(TWO, accept(1, 0));

        assertThat(one.replica.coordinator()).contains(TWO);
        assertThat(one.replica.roleName()).isEqualTo("follower");
        assertThat(one.replica.reign()).isEmpty();
        assertThat(one.replica.peers(one.now)).isEmpty();
        assertThat(one.replica.peersChosen()).isEmpty();
        assertThat(one.replica.leaseUntil()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whoPromisedLeavesTheCandidateTime() {
        one.pass(0);
        one.hear(TWO, new Message.Propose(TWOS, 1, SequenceNumber.NONE));
        assertThat(to(TWO, one.flush())).contains(new Message.Promise(TWOS, 0, List.of()));
        assertThat(stands(one.pass(ATTEMPT))).isFalse();
        List<Effect> effects = one.pass(BACKOFF);

        assertThat(to(TWO, effects))
                .as("and then it goes above what it promised")
                .containsExactly(new Message.Propose(number(6, 1), 1, SequenceNumber.NONE));
    }

    @Test
    void aCandidateThatIsRejectedGoesHigher() {
        one.stand();
        one.hear(THREE, new Message.Reject(Alone.FIRST, number(9, 3), false));
        assertThat(one.replica.roleName()).isEqualTo("follower");
        List<Effect> effects = one.pass(2 * BACKOFF);

        assertThat(to(TWO, effects, Message.Propose.class))
                .extracting(Message.Propose::sequence)
                .containsExactly(number(10, 1));
    }

    @Test
    void aLeaseOrALowerPromiseIsNoReasonToGiveUp() {
        one.stand();
        one.hear(THREE, new Message.Reject(Alone.FIRST, number(9, 3), true));
        assertThat(one.replica.roleName()).isEqualTo("candidate");
        one.hear(THREE, new Message.Reject(Alone.FIRST, SequenceNumber.NONE, false));
        assertThat(one.replica.roleName()).isEqualTo("candidate");
    }

    @Test
    void anElectionThatTakesTooLongIsTriedAgain() {
        one.stand();
        one.pass(ATTEMPT - 1);
        assertThat(one.replica.roleName()).isEqualTo("candidate");
        one.pass(1);
        assertThat(one.replica.roleName()).isEqualTo("follower");
        assertThat(stands(one.pass(0))).isFalse();
        assertThat(stands(one.pass(2 * BACKOFF))).isTrue();
    }

    @Test
    void itsOwnPromiseCountsWhenItIsOnDisk() {
        one.stand();
        one.hear(TWO, new Message.Promise(Alone.FIRST, 0, List.of()));
        one.hear(THREE, new Message.Promise(Alone.FIRST, 0, List.of()));
        assertThat(one.replica.isCoordinator()).isFalse();
        assertThat(of(one.flush(), Effect.BecameCoordinator.class)).hasSize(1);
        assertThat(one.replica.coordinator()).contains(ONE);
    }

    @Test
    void aPromiseForAnotherNumberDoesNotCount() {
        one.stand();
        one.flush();
        one.hear(TWO, new Message.Promise(number(7, 1), 0, List.of()));
        one.hear(ReplicaId.of(8), new Message.Promise(Alone.FIRST, 0, List.of()));

        assertThat(one.replica.roleName()).isEqualTo("candidate");
    }

    @Test
    void whoMissesWhatIsChosenCatchesUpBeforeItWins() {
        one.stand();
        one.flush();
        List<Effect> effects = one.hear(TWO, new Message.Promise(Alone.FIRST, 1, List.of()));
        assertThat(to(TWO, effects)).containsExactly(new Message.CatchUp(1));
        assertThat(one.replica.knownChosen()).isEqualTo(1);
        assertThat(one.replica.isCoordinator()).isFalse();

        effects = one.hear(TWO, new Message.Chosen(1, List.of(value("a")), 1));
        assertThat(of(effects, Effect.BecameCoordinator.class)).hasSize(1);
    }

    @Test
    void moreIsChosenThanThePromisesShow() {
        one.stand();
        one.flush();
        one.hear(THREE, new Message.SnapshotAvailable(0, 4));
        one.hear(TWO, new Message.Promise(Alone.FIRST, 0, List.of()));

        assertThat(one.replica.roleName())
                .as("somebody above is coordinator, perhaps")
                .isEqualTo("follower");
        assertThat(one.replica.promised()).isEqualTo(Alone.FIRST);
    }

    @Test
    void whenTheMembersChangeTheElectionBeginsAnew() {
        one.stand();
        Membership next = MEMBERS.without(THREE);
        List<Effect> effects =
                one.hear(
                        TWO,
                        new Message.Chosen(
                                1, List.of(new Value.MembershipChange(TWOS, 0, next)), 1));

        assertThat(to(TWO, effects, Message.Propose.class))
                .containsExactly(new Message.Propose(number(2, 1), 2, SequenceNumber.NONE));
        assertThat(to(THREE, effects, Message.Propose.class)).isEmpty();
    }

    @Test
    void whoIsNoVoterAnyMoreStandsNoMore() {
        one.stand();
        one.hear(
                TWO,
                new Message.Chosen(
                        1, List.of(new Value.MembershipChange(TWOS, 0, MEMBERS.without(ONE))), 1));

        assertThat(one.replica.roleName()).isEqualTo("removed");
        assertThat(stands(one.pass(10 * BACKOFF))).isFalse();
        assertThat(stands(one.pass(10 * BACKOFF))).isFalse();
    }

    @Test
    void aLearnerNeverStands() {
        Membership others =
                Membership.of(TWO, THREE).admitting(ONE, new Learner(1, Optional.empty()));
        Alone learner = new Alone(others);

        assertThat(learner.replica.roleName()).isEqualTo("learner");
        assertThat(stands(learner.stand())).isFalse();
    }

    @Test
    void whoIsToldToTakeOverStandsAtOnce() {
        one.hear(TWO, accept(1, 0));
        one.flush();
        assertThat(stands(one.hear(THREE, new Message.TakeOver(TWOS))))
                .as("not the holder's word")
                .isFalse();
        List<Effect> effects = one.hear(TWO, new Message.TakeOver(TWOS));

        assertThat(to(THREE, effects)).containsExactly(new Message.Propose(number(6, 1), 1, TWOS));
    }

    @Test
    void aNumberThatWasOnlyHeardOfIsNotUsedAgain() {
        one.hear(TWO, new Message.TakeOver(TWOS));

        assertThat(one.replica.promised()).isEqualTo(number(6, 1));
    }

    @Test
    void onlyACoordinatorTakesCommandsChangesAndTransfers() {
        one.pass(0);

        assertThat(one.submit("x"))
                .containsExactly(
                        new Effect.Refused(
                                List.of((long) "x".hashCode()), Effect.Refusal.NOT_COORDINATOR));
        assertThat(one.step(new Input.ChangeMembership(7, 0, MEMBERS.without(THREE))))
                .containsExactly(new Effect.Refused(List.of(7L), Effect.Refusal.NOT_COORDINATOR));
        assertThat(one.step(new Input.TransferTo(Optional.of(TWO), "why")))
                .containsExactly(new Effect.TransferFailed("this replica is not coordinator"));
        assertThat(one.step(new Input.StepDown("why"))).isEmpty();
    }

    @Test
    void itAcknowledgesWhatIsOnDisk() {
        List<Effect> effects = one.hear(TWO, accept(1, 0, "a", "b"));
        assertThat(to(TWO, effects)).as("nothing before the flush").isEmpty();
        assertThat(to(TWO, one.flush())).contains(new Message.Acknowledge(TWOS, 2));
        assertThat(to(TWO, one.hear(TWO, accept(1, 2))))
                .as("a heartbeat")
                .contains(new Message.Grant(TWOS, 77, 2, 2));
        assertThat(one.replica.chosenUpTo()).isEqualTo(2);
    }

    @Test
    void aGapIsAskedFor() {
        List<Effect> effects = one.hear(TWO, accept(3, 2, "c"));

        assertThat(to(TWO, one.flush(), Message.Acknowledge.class))
                .containsExactly(new Message.Acknowledge(TWOS, 0));
        assertThat(to(TWO, effects)).containsExactly(new Message.CatchUp(1));
        effects = one.hear(TWO, new Message.Chosen(1, List.of(value("a")), 2));
        assertThat(to(TWO, effects)).as("and for the rest").containsExactly(new Message.CatchUp(2));
        assertThat(to(TWO, one.flush()))
                .as("what came by catch-up is acknowledged too")
                .contains(new Message.Acknowledge(TWOS, 1));
    }

    @Test
    void anOlderCoordinatorIsTurnedAway() {
        one.hear(TWO, accept(1, 0));
        one.flush();

        assertThat(
                        to(
                                THREE,
                                one.hear(
                                        THREE,
                                        new Message.Accept(number(4, 3), 1, 1, List.of(), 0, 5))))
                .containsExactly(new Message.Reject(number(4, 3), TWOS, false));
        assertThat(
                        to(
                                THREE,
                                one.hear(
                                        THREE,
                                        new Message.Propose(number(9, 3), 1, SequenceNumber.NONE))))
                .containsExactly(new Message.Reject(number(9, 3), TWOS, true));
    }

    @Test
    void aNumberIsObeyedOnlyFromItsOwner() {
        assertThat(one.hear(THREE, accept(1, 0, "a"))).isEmpty();
        assertThat(one.hear(THREE, new Message.Propose(TWOS, 1, SequenceNumber.NONE))).isEmpty();
        assertThat(one.replica.promised()).isEqualTo(SequenceNumber.NONE);
    }

    @Test
    void whoIsNoVoterIsTold() {
        ReplicaId stranger = ReplicaId.of(8);
        SequenceNumber theirs = number(5, 8);

        assertThat(
                        to(
                                stranger,
                                one.hear(
                                        stranger,
                                        new Message.Propose(theirs, 1, SequenceNumber.NONE))))
                .containsExactly(new Message.Chosen(1, List.of(), 0));
        one.hear(stranger, new Message.Propose(theirs, 2, SequenceNumber.NONE));
        assertThat(one.replica.promised()).as("who knows more is obeyed").isEqualTo(theirs);
    }

    @Test
    void theLeaseCanBeGivenBackByItsHolder() {
        one.hear(TWO, accept(1, 0));
        one.hear(THREE, new Message.Release(TWOS));
        assertThat(stands(one.pass(0)) || stands(one.pass(BACKOFF))).isFalse();
        one.hear(TWO, new Message.Release(TWOS));
        one.pass(0);
        assertThat(stands(one.pass(BACKOFF))).isTrue();
    }

    @Test
    void aSnapshotIsFetchedAndInstalled() {
        List<Effect> effects = one.hear(TWO, new Message.SnapshotAvailable(9, 12));
        assertThat(of(effects, Effect.FetchSnapshot.class))
                .containsExactly(new Effect.FetchSnapshot(TWO, 9));
        assertThat(stands(one.stand())).as("not while it fetches").isFalse();
        one.step(new Input.SnapshotInstalled(9, MEMBERS));
        assertThat(one.replica.chosenUpTo()).isEqualTo(9);
        assertThat(one.replica.base()).isEqualTo(9);
        assertThat(to(TWO, one.pass(0))).containsExactly(new Message.CatchUp(10));
        one.step(new Input.SnapshotInstalled(9, MEMBERS));
        one.step(new Input.SnapshotInstalled(5, MEMBERS));
        assertThat(one.replica.chosenUpTo()).as("an older one changes nothing").isEqualTo(9);
    }

    @Test
    void anInstalledSnapshotIsPartOfThePrefix() {
        one.hear(TWO, accept(10, 9, "j"));
        one.flush();
        one.hear(TWO, new Message.SnapshotAvailable(9, 12));
        one.step(new Input.SnapshotInstalled(9, MEMBERS));

        assertThat(to(TWO, one.hear(TWO, accept(10, 9))))
                .contains(new Message.Grant(TWOS, 77, 9, 9));
    }

    @Test
    void afterAFailedSnapshotItAsksAgain() {
        one.hear(TWO, new Message.SnapshotAvailable(9, 12));
        one.step(new Input.SnapshotFailed());

        assertThat(to(TWO, one.pass(0))).containsExactly(new Message.CatchUp(1));
    }

    @Test
    void itLearnsAndTruncatesWhatIsChosen() {
        one.hear(TWO, accept(1, 0, "a", "b", "c"));
        List<Effect> effects = one.hear(TWO, accept(4, 2));
        assertThat(of(effects, Effect.Learn.class))
                .containsExactly(new Effect.Learn(1, value("a")), new Effect.Learn(2, value("b")));
        assertThat(of(one.pass(1), Effect.Persist.class))
                .as("a hint, without a flush")
                .containsExactly(
                        new Effect.Persist(2, List.of(new Record.ChosenUpTo(2)), List.of(), false));
        one.step(new Input.Truncated(2));
        assertThat(one.replica.base()).isEqualTo(2);
    }

    @Test
    void aQuestionIsAnswered() {
        one.hear(TWO, accept(1, 0, "a"));
        one.hear(TWO, accept(2, 1));

        assertThat(to(THREE, one.hear(THREE, new Message.CatchUp(1))))
                .containsExactly(new Message.Chosen(1, List.of(value("a")), 1));
    }

    @Test
    void whatIsOnTheDiskIsToldToACandidate() {
        Alone restarted =
                new Alone(
                        Settings.DEFAULT,
                        Given.recovered(1, entry(1, TWOS, "a"), entry(2, TWOS, "b")));
        List<Effect> learned = restarted.pass(0);
        assertThat(of(learned, Effect.Learn.class))
                .containsExactly(new Effect.Learn(1, value("a")));
        Message.Propose propose = new Message.Propose(number(6, 3), 1, SequenceNumber.NONE);
        assertThat(to(THREE, restarted.hear(THREE, propose)))
                .as("it waits out a lease that it may have granted")
                .containsExactly(new Message.Reject(number(6, 3), TWOS, true));
        restarted.pass(LEASE);
        restarted.hear(THREE, propose);
        assertThat(to(THREE, restarted.flush()))
                .contains(new Message.Promise(number(6, 3), 1, List.of(entry(2, TWOS, "b"))));
    }
}
