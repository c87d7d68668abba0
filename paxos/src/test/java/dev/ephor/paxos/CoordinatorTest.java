package dev.ephor.paxos;

import static dev.ephor.paxos.Alone.FIRST;
import static dev.ephor.paxos.Alone.MILLI;
import static dev.ephor.paxos.Alone.losses;
import static dev.ephor.paxos.Alone.of;
import static dev.ephor.paxos.Alone.stands;
import static dev.ephor.paxos.Alone.to;
import static dev.ephor.paxos.Alone.valuesTo;
import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.settings;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A coordinator and master (PML §4.1, §5.2, §5.3, §5.4).
class CoordinatorTest {
    private static final long HEARTBEAT = Settings.DEFAULT.heartbeat() / MILLI;
    private static final long RETRANSMIT = Settings.DEFAULT.retransmit() / MILLI;
    private static final long ATTEMPT = Settings.DEFAULT.attempt() / MILLI;

    @Test
    void itBeginsWithAHeartbeatAndItsEpoch() {
        Alone one = new Alone(MEMBERS);
        List<Effect> effects = one.win();

        assertThat(of(effects, Effect.BecameCoordinator.class))
                .containsExactly(new Effect.BecameCoordinator(FIRST));
        assertThat(to(THREE, effects))
                .containsExactly(
                        new Message.Accept(FIRST, 1, 1, List.of(), 0, one.now),
                        new Message.Accept(
                                FIRST, 1, 1, List.of(new Value.EpochStart(FIRST)), 0, one.now));
        assertThat(one.replica.reign()).contains(FIRST);
        assertThat(one.replica.leaseUntil()).as("nobody granted it yet").isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whatTheMajorityAcceptedComesFirst() {
        Alone one = new Alone(MEMBERS);
        one.stand();
        one.flush();
        List<Effect> effects =
                one.hear(TWO, new Message.Promise(FIRST, 0, List.of(entry(1, number(1, 0), "a"))));

        assertThat(valuesTo(TWO, effects)).containsExactly(value("a"), new Value.EpochStart(FIRST));
    }

    @Test
    void aCommandIsSentAndWrittenAtOnce() {
        Alone one = Alone.asMaster();
        List<Effect> effects = one.submit("x");

        assertThat(of(effects, Effect.Proposed.class))
                .containsExactly(new Effect.Proposed(2, List.of((long) "x".hashCode())));
        assertThat(valuesTo(TWO, effects))
                .containsExactly(new Value.Commands(FIRST, List.of(Bytes.utf8("x"))));
        one.flush();
        assertThat(one.replica.chosenUpTo()).as("its own disk is no majority").isEqualTo(1);
        effects = one.hear(THREE, new Message.Acknowledge(FIRST, 2));
        assertThat(Given.learned(effects)).containsExactly(2L);
    }

    @Test
    void theOthersDisksAreAMajorityToo() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.hear(THREE, new Message.Acknowledge(FIRST, 2));
        assertThat(one.replica.chosenUpTo()).isEqualTo(1);
        one.hear(TWO, new Message.Acknowledge(FIRST, 2));
        assertThat(one.replica.chosenUpTo()).isEqualTo(2);
    }

    @Test
    void acknowledgementsOfAnotherNumberDoNotCount() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.flush();
        one.hear(TWO, new Message.Acknowledge(number(2, 1), 2));
        one.hear(TWO, new Message.Grant(number(2, 1), one.now, 2, 2));
        one.hear(ReplicaId.of(8), new Message.Acknowledge(FIRST, 2));

        assertThat(one.replica.chosenUpTo()).isEqualTo(1);
    }

    @Test
    void theWindowIsBounded() {
        Alone one = Alone.asMaster(settings(2, 100), MEMBERS);
        one.submit("aaaa");
        one.submit("bbbb");
        assertThat(of(one.submit("cccc"), Effect.Proposed.class)).isEmpty();
        one.flush();
        List<Effect> effects = one.hear(TWO, new Message.Acknowledge(FIRST, 2));

        assertThat(of(effects, Effect.Proposed.class))
                .extracting(Effect.Proposed::instance)
                .containsExactly(4L);
    }

    @Test
    void whatWaitsSharesAnInstance() {
        Alone one = Alone.asMaster(settings(1, 100), MEMBERS);
        one.submit("a");
        one.submit("b");
        one.submit("c");
        one.flush();
        List<Effect> effects = one.hear(TWO, new Message.Acknowledge(FIRST, 2));

        assertThat(of(effects, Effect.Proposed.class))
                .extracting(Effect.Proposed::tickets)
                .containsExactly(List.of((long) "b".hashCode(), (long) "c".hashCode()));
    }

    @Test
    void whatFindsNoRoomIsRefused() {
        Alone one = Alone.asMaster(settings(1, 4), MEMBERS);
        one.submit("aaaa");
        one.submit("bbbb");

        assertThat(one.submit("cccc"))
                .contains(
                        new Effect.Refused(
                                List.of((long) "cccc".hashCode()), Effect.Refusal.OVERLOADED));
    }

    @Test
    void itHeartbeats() {
        Alone one = Alone.asMaster();
        one.pass(0);
        List<Effect> effects = one.pass(HEARTBEAT);
        assertThat(to(TWO, effects))
                .containsExactly(new Message.Accept(FIRST, 1, 2, List.of(), 1, one.now));
        assertThat(to(TWO, one.pass(HEARTBEAT - 1))).isEmpty();
        assertThat(to(TWO, one.pass(1))).hasSize(1);
    }

    @Test
    void theLeaseIsCountedFromTheHeartbeat() {
        Alone one = Alone.asMaster();
        one.pass(HEARTBEAT);
        long sent = one.now;
        one.now += 100 * MILLI;
        one.hear(TWO, new Message.Grant(FIRST, sent, 1, 1));

        assertThat(one.replica.leaseUntil()).isEqualTo(sent + Settings.DEFAULT.masterLease());
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> one.hear(TWO, new Message.Grant(FIRST, one.now + 1, 1, 1)))
                .withMessageContaining("before he is asked");
    }

    @Test
    void whatGetsNoAnswerIsSentAgain() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.hear(THREE, new Message.Acknowledge(FIRST, 2));
        assertThat(valuesTo(TWO, one.pass(RETRANSMIT - 1))).isEmpty();
        List<Effect> effects = one.pass(1);

        assertThat(valuesTo(TWO, effects)).hasSize(1);
        assertThat(valuesTo(THREE, effects)).isEmpty();
    }

    @Test
    void itKnowsTheOthers() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.hear(TWO, new Message.Grant(FIRST, one.now, 2, 1));

        assertThat(one.replica.peersChosen()).isEqualTo(Map.of(TWO, 1L, THREE, 1L));
        assertThat(one.replica.peers(one.now))
                .isEqualTo(
                        Map.of(
                                TWO,
                                new PeerStatus(2, 1, one.now, true),
                                THREE,
                                new PeerStatus(1, 1, one.now, true)));
        assertThat(one.replica.peers(one.now + Settings.DEFAULT.masterLease()).get(TWO))
                .as("its grant has run out")
                .isEqualTo(new PeerStatus(2, 1, one.now, false));
    }

    @Test
    void whatItProposedMayBeChosenByHearsay() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.submit("y");
        Value x = new Value.Commands(FIRST, List.of(Bytes.utf8("x")));
        Value y = new Value.Commands(FIRST, List.of(Bytes.utf8("y")));

        List<Effect> effects = one.hear(TWO, new Message.Chosen(2, List.of(x, y), 3));
        assertThat(losses(effects)).isEmpty();
        assertThat(Given.learned(effects)).containsExactly(2L, 3L);
    }

    /// PML §5.2: a returning replica with a higher number does not depose the master.
    @Test
    void whoPromisedMoreIsAskedAgainUnderAHigherNumber() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.flush();
        List<Effect> effects = one.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        SequenceNumber raised = number(10, 1);
        assertThat(to(THREE, effects))
                .containsExactly(new Message.Propose(raised, 2, SequenceNumber.NONE));
        assertThat(of(one.submit("y"), Effect.Proposed.class)).as("it waits").isEmpty();
        one.flush();
        effects = one.hear(THREE, new Message.Promise(raised, 1, List.of()));

        assertThat(losses(effects)).isEmpty();
        assertThat(to(TWO, effects, Message.Accept.class))
                .extracting(Message.Accept::sequence)
                .containsOnly(raised);
        assertThat(valuesTo(THREE, effects))
                .containsExactly(
                        new Value.Commands(FIRST, List.of(Bytes.utf8("x"))),
                        new Value.Commands(FIRST, List.of(Bytes.utf8("y"))));
        assertThat(one.replica.reign()).contains(FIRST);
        one.flush();
        assertThat(one.replica.chosenUpTo()).as("counted anew").isEqualTo(1);
        one.hear(THREE, new Message.Acknowledge(raised, 3));
        assertThat(one.replica.chosenUpTo()).isEqualTo(3);
    }

    @Test
    void aRaiseThatTakesTooLongGoesHigher() {
        Alone one = Alone.asMaster();
        one.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        assertThat(stands(one.pass(ATTEMPT - 1))).isFalse();
        assertThat(to(TWO, one.pass(1), Message.Propose.class))
                .extracting(Message.Propose::sequence)
                .containsExactly(number(11, 1));
    }

    @Test
    void onlyAHigherPromiseOfAMemberIsAReasonToRaise() {
        Alone one = Alone.asMaster();

        assertThat(stands(one.hear(THREE, new Message.Reject(FIRST, number(9, 3), true))))
                .isFalse();
        assertThat(stands(one.hear(THREE, new Message.Reject(FIRST, FIRST, false)))).isFalse();
        assertThat(
                        stands(
                                one.hear(
                                        ReplicaId.of(8),
                                        new Message.Reject(FIRST, number(9, 8), false))))
                .isFalse();
        one.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        assertThat(stands(one.hear(TWO, new Message.Reject(FIRST, number(9, 3), false))))
                .as("it goes above that already")
                .isFalse();
    }

    @Test
    void aChangeOfMembersIsRefusedWithItsReason() {
        Membership next = MEMBERS.without(THREE);
        Alone early = new Alone(MEMBERS);
        early.win();
        assertThat(change(early, 0, next))
                .as("its epoch is not decided")
                .containsExactly(Effect.Refusal.NOT_READY);

        Alone one = Alone.asMaster();
        assertThat(change(one, 5, next)).containsExactly(Effect.Refusal.MEMBERS_CHANGED);
        assertThat(change(one, 0, Membership.of(ONE, TWO, THREE, ReplicaId.of(4))))
                .as("the new voter does not follow")
                .containsExactly(Effect.Refusal.NOT_READY);
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> change(one, 0, Membership.of(ONE, TWO)))
                .withMessageContaining("used before");
    }

    @Test
    void aChangeOfMembersIsDecidedAlone() {
        Alone one = Alone.asMaster();
        Membership next = MEMBERS.without(THREE);
        List<Effect> effects = one.step(new Input.ChangeMembership(7, 0, next));
        Value change = new Value.MembershipChange(FIRST, 0, next.definedAt(2));
        assertThat(of(effects, Effect.Proposed.class))
                .containsExactly(new Effect.Proposed(2, List.of(7L)));
        assertThat(valuesTo(THREE, effects)).containsExactly(change);
        assertThat(change(one, 0, next)).containsExactly(Effect.Refusal.CHANGE_IN_PROGRESS);
        assertThat(of(one.submit("y"), Effect.Proposed.class)).as("nothing behind it").isEmpty();
        one.flush();
        effects = one.hear(TWO, new Message.Acknowledge(FIRST, 2));

        assertThat(one.replica.membership()).isEqualTo(next.definedAt(2));
        assertThat(to(THREE, effects, Message.Accept.class))
                .as("who leaves is told")
                .extracting(Message.Accept::chosenUpTo)
                .containsExactly(2L);
        assertThat(of(effects, Effect.Proposed.class)).hasSize(1);
        assertThat(valuesTo(THREE, effects)).isEmpty();
        assertThat(one.replica.peersChosen()).containsOnlyKeys(TWO);
    }

    @Test
    void duringATransferOrARaiseMembersDoNotChange() {
        Membership next = MEMBERS.without(THREE);
        Alone transferring = Alone.asMaster();
        transferring.submit("x");
        transfer(transferring, Optional.of(TWO));
        assertThat(change(transferring, 0, next)).containsExactly(Effect.Refusal.NOT_READY);

        Alone raising = Alone.asMaster();
        raising.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        assertThat(change(raising, 0, next)).containsExactly(Effect.Refusal.NOT_READY);
    }

    @Test
    void whoIsAloneDecidesWhenItsDiskHasIt() {
        Alone one = new Alone(Membership.of(ONE));
        one.stand();
        one.flush();
        assertThat(one.replica.isCoordinator()).isTrue();
        assertThat(one.replica.chosenUpTo()).isEqualTo(1);
        one.submit("x");
        assertThat(one.replica.chosenUpTo()).isEqualTo(1);
        one.flush();
        assertThat(one.replica.chosenUpTo()).isEqualTo(2);
    }

    private static List<Effect.Refusal> change(Alone one, long basedOn, Membership next) {
        return of(one.step(new Input.ChangeMembership(7, basedOn, next)), Effect.Refused.class)
                .stream()
                .map(Effect.Refused::reason)
                .toList();
    }

    private static List<String> transfer(Alone one, Optional<ReplicaId> target) {
        return of(one.step(new Input.TransferTo(target, "asked to")), Effect.TransferFailed.class)
                .stream()
                .map(Effect.TransferFailed::why)
                .toList();
    }

    @Test
    void whoIsMoreThanAWindowBehindDoesNotFollow() {
        Alone one = Alone.asMaster(settings(2, 100), MEMBERS);
        for (int i = 2; i <= 5; i++) {
            one.submit("x");
            one.flush();
            one.grant(TWO, FIRST, i);
        }
        one.grant(THREE, FIRST, 2);
        assertThat(one.replica.peers(one.now).get(TWO).follows()).isTrue();
        assertThat(one.replica.peers(one.now).get(THREE).follows()).isFalse();
        one.grant(THREE, FIRST, 3);
        assertThat(one.replica.peers(one.now).get(THREE).follows()).isTrue();
    }

    @Test
    void itsEpochIsDecidedAfterWhatItRecovered() {
        Alone one = new Alone(MEMBERS);
        one.stand();
        one.flush();
        one.hear(TWO, new Message.Promise(FIRST, 0, List.of(entry(1, number(1, 0), "a"))));
        one.flush();
        one.grant(TWO, FIRST, 1);
        one.grant(THREE, FIRST, 1);
        assertThat(one.replica.chosenUpTo()).isEqualTo(1);

        assertThat(change(one, 0, MEMBERS.without(THREE)))
                .containsExactly(Effect.Refusal.NOT_READY);
    }

    @Test
    void itsOwnPromiseOfAHigherNumberMayBeTheLast() {
        Alone one = Alone.asMaster();
        one.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        SequenceNumber raised = number(10, 1);
        assertThat(to(TWO, one.hear(THREE, new Message.Promise(raised, 1, List.of())))).isEmpty();

        assertThat(to(TWO, one.flush(), Message.Accept.class))
                .extracting(Message.Accept::sequence)
                .containsExactly(raised);
    }
}
