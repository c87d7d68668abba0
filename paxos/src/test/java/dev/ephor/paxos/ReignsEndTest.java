package dev.ephor.paxos;

import static dev.ephor.paxos.Alone.FIRST;
import static dev.ephor.paxos.Alone.MILLI;
import static dev.ephor.paxos.Alone.losses;
import static dev.ephor.paxos.Alone.of;
import static dev.ephor.paxos.Alone.stands;
import static dev.ephor.paxos.Alone.to;
import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.settings;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How the reign of a coordinator ends, on purpose and otherwise (PML §5.2).
class ReignsEndTest {
    private static final long LEASE = Settings.DEFAULT.lease() / MILLI;
    private static final long ATTEMPT = Settings.DEFAULT.attempt() / MILLI;
    private static final long BACKOFF = Settings.DEFAULT.backoff() / MILLI;

    @Test
    void withoutAMajorityItEndsAfterTwoLeases() {
        Alone one = Alone.asMaster();
        long until = one.replica.leaseUntil();
        one.now = until - 1;
        one.pass(0);
        one.now = until - 1 + 2 * LEASE * MILLI;
        assertThat(losses(one.pass(0))).isEmpty();
        one.now++;
        List<Effect> effects = one.pass(0);

        assertThat(losses(effects)).containsExactly("no majority answers");
        assertThat(to(TWO, effects, Message.Release.class))
                .containsExactly(new Message.Release(FIRST));
        assertThat(one.replica.isCoordinator()).isFalse();
    }

    @Test
    void whoStepsDownLeavesTheOthersALease() {
        Alone one = Alone.asMaster();
        one.submit("x");
        List<Effect> effects = one.step(new Input.StepDown("asked to"));

        assertThat(losses(effects)).containsExactly("asked to");
        assertThat(to(THREE, effects)).containsExactly(new Message.Release(FIRST));
        assertThat(one.replica.coordinator()).isEmpty();
        assertThat(stands(one.pass(LEASE))).isFalse();
        assertThat(stands(one.pass(BACKOFF + 1))).isTrue();
    }

    @Test
    void whatWaitsIsRefusedAtTheEnd() {
        Alone one = Alone.asMaster(settings(1, 100), MEMBERS);
        one.submit("aaaa");
        one.submit("bbbb");

        assertThat(of(one.step(new Input.StepDown("asked to")), Effect.Refused.class))
                .containsExactly(
                        new Effect.Refused(
                                List.of((long) "bbbb".hashCode()), Effect.Refusal.NOT_COORDINATOR));
    }

    @Test
    void aCandidateIsAdmittedOnceTheLeaseHasRunOut() {
        Alone one = Alone.asMaster();
        Message propose = new Message.Propose(number(4, 3), 2, SequenceNumber.NONE);
        assertThat(to(THREE, one.hear(THREE, propose)))
                .containsExactly(new Message.Reject(number(4, 3), FIRST, true));
        one.now += LEASE * MILLI;

        assertThat(losses(one.hear(THREE, propose))).hasSize(1).first().asString().contains("3");
        assertThat(one.replica.promised()).isEqualTo(number(4, 3));
    }

    @Test
    void aHigherCoordinatorIsFollowedOnceTheLeaseHasRunOut() {
        Alone one = Alone.asMaster();
        SequenceNumber threes = number(4, 3);
        Message accept = new Message.Accept(threes, 2, 2, List.of(), 1, 5);
        one.now = one.replica.leaseUntil() - 1;
        assertThat(to(THREE, one.hear(THREE, accept)))
                .containsExactly(new Message.Reject(threes, FIRST, true));
        assertThat(one.replica.isCoordinator()).isTrue();

        one.now++;
        List<Effect> effects = one.hear(THREE, accept);
        assertThat(losses(effects)).containsExactly("replica 3 is coordinator");
        assertThat(one.replica.coordinator()).contains(THREE);
    }

    @Test
    void whatOthersChoseShowsThatItIsSuperseded() {
        Alone one = Alone.asMaster();
        assertThat(losses(one.hear(TWO, new Message.Acknowledge(FIRST, 1)))).isEmpty();
        assertThat(losses(one.hear(TWO, new Message.Acknowledge(FIRST, 2))))
                .containsExactly("another replica is coordinator");
    }

    @Test
    void anotherValueInItsPlaceEndsTheReign() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.submit("y");
        Value mine = new Value.Commands(FIRST, List.of(Bytes.utf8("x")));
        List<Effect> effects =
                one.hear(TWO, new Message.Chosen(2, List.of(mine, value("other")), 3));

        assertThat(losses(effects)).containsExactly("another replica is coordinator");
        assertThat(Given.learned(effects)).containsExactly(2L, 3L);
        assertThat(one.replica.roleName()).isEqualTo("follower");
    }

    @Test
    void aLaterCoordinatorsTraceEndsTheReign() {
        Alone one = Alone.asMaster();
        one.hear(THREE, new Message.Reject(FIRST, number(9, 3), false));
        one.flush();
        List<Effect> effects =
                one.hear(
                        THREE,
                        new Message.Promise(
                                number(10, 1), 1, List.of(entry(2, number(9, 3), "z"))));

        assertThat(losses(effects)).containsExactly("another replica was coordinator meanwhile");
        assertThat(stands(one.pass(BACKOFF + LEASE))).isTrue();
    }

    @Test
    void aTransferIsRefusedWithItsReason() {
        Alone one = Alone.asMaster();

        assertThat(transfer(one, Optional.of(ONE)))
                .containsExactly("replica 1 is not another voter");
        assertThat(transfer(one, Optional.of(ReplicaId.of(8))))
                .containsExactly("replica 8 is not another voter");
        one.now += Settings.DEFAULT.masterLease();
        assertThat(transfer(one, Optional.empty())).containsExactly("no other voter answers");
        one.submit("x");
        assertThat(transfer(one, Optional.of(TWO))).isEmpty();
        assertThat(transfer(one, Optional.of(THREE)))
                .containsExactly("it is being handed over to replica 2");
    }

    @Test
    void aTransferWaitsUntilTheTargetHasEverything() {
        Alone one = Alone.asMaster();
        one.submit("x");
        transfer(one, Optional.of(THREE));
        assertThat(of(one.submit("y"), Effect.Proposed.class)).as("nothing more").isEmpty();
        one.flush();
        List<Effect> effects = one.hear(TWO, new Message.Acknowledge(FIRST, 2));
        assertThat(losses(effects)).as("the target has it not").isEmpty();
        effects = one.hear(THREE, new Message.Acknowledge(FIRST, 2));

        assertThat(losses(effects)).containsExactly("asked to");
        assertThat(to(THREE, effects))
                .containsExactly(
                        new Message.Accept(FIRST, 1, 3, List.of(), 2, one.now),
                        new Message.Release(FIRST),
                        new Message.TakeOver(FIRST));
        assertThat(to(TWO, effects, Message.TakeOver.class)).isEmpty();
        assertThat(of(effects, Effect.Refused.class)).hasSize(1);
    }

    @Test
    void aTransferToWhoIsSilentIsGivenUp() {
        Alone one = Alone.asMaster();
        one.submit("x");
        transfer(one, Optional.of(THREE));
        one.submit("y");
        assertThat(of(one.pass(ATTEMPT - 1), Effect.TransferFailed.class)).isEmpty();
        List<Effect> effects = one.pass(1);

        assertThat(of(effects, Effect.TransferFailed.class))
                .containsExactly(new Effect.TransferFailed("replica 3 did not follow in time"));
        assertThat(of(effects, Effect.Proposed.class)).as("and it goes on").hasSize(1);
    }

    @Test
    void aTransferToNobodyInParticularGoesToTheFurthest() {
        Alone one = Alone.asMaster();
        one.submit("x");
        one.hear(THREE, new Message.Acknowledge(FIRST, 2));
        one.step(new Input.TransferTo(Optional.empty(), "asked to"));
        List<Effect> effects = one.flush();

        assertThat(to(THREE, effects, Message.TakeOver.class)).hasSize(1);
        assertThat(to(TWO, effects, Message.TakeOver.class)).isEmpty();
    }

    private static List<String> transfer(Alone one, Optional<ReplicaId> target) {
        return of(one.step(new Input.TransferTo(target, "asked to")), Effect.TransferFailed.class)
                .stream()
                .map(Effect.TransferFailed::why)
                .toList();
    }
}
