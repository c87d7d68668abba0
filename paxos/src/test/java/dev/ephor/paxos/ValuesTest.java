package dev.ephor.paxos;

import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The small immutable things that all the rest is made of.
class ValuesTest {
    private static void refused(String rule, ThrowingCallable act) {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(act)
                .withMessageContaining(rule);
    }

    @Test
    void sequenceNumbersAreOrderedByRoundThenReplica() {
        SequenceNumber low = number(2, 3);

        assertThat(number(3, 1).isAbove(low)).isTrue();
        assertThat(number(2, 4).isAbove(low)).isTrue();
        assertThat(new SequenceNumber(2, new ReplicaId(3, 2)).isAbove(low)).isTrue();
        assertThat(low.isAbove(low)).isFalse();
        assertThat(low.isAbove(number(2, 4))).isFalse();
        assertThat(SequenceNumber.above(low, ONE)).isEqualTo(number(3, 1));
        assertThat(SequenceNumber.NONE.isNone()).isTrue();
        assertThat(low.isNone()).isFalse();
        assertThat(low).hasToString("2.3");
        assertThat(SequenceNumber.NONE).hasToString("none");
        refused("never negative", () -> number(-1, 1));
    }

    @Test
    void replicasAreOrderedByNumberThenIncarnation() {
        ReplicaId later = new ReplicaId(1, 2);

        assertThat(List.of(TWO, later, ONE).stream().sorted()).containsExactly(ONE, later, TWO);
        assertThat(ONE.compareTo(ReplicaId.of(1))).isZero();
        assertThat(ONE).hasToString("1");
        assertThat(later).hasToString("1'2");
        refused("no negative part", () -> new ReplicaId(-1, 1));
        refused("no negative part", () -> new ReplicaId(1, -1));
        assertThat(new ReplicaId(0, 0).number()).isZero();
    }

    @Test
    void impossibleValuesAreRefused() {
        refused("at least one", () -> value());
        refused("count from 1", () -> new Entry(0, SequenceNumber.NONE, value("a")));
        refused(
                "at least one voter",
                () -> new Value.MembershipChange(number(1, 1), 0, Membership.NOBODY));
        refused(
                "waits for the flush",
                () ->
                        new Effect.Persist(
                                1,
                                List.of(),
                                List.of(new Effect.Send(ONE, new Message.CatchUp(1))),
                                false));
        assertThat(new Effect.Persist(1, List.of(), List.of(), false).flush()).isFalse();
    }

    @Test
    void aValuesSizeIsThatOfItsCommands() {
        assertThat(value("ab", "", "cde").size()).isEqualTo(5);
        assertThat(new Value.NoOp(number(1, 1)).size()).isZero();
    }

    @Test
    void settingsMustFitEachOther() {
        Settings d = Settings.DEFAULT;
        assertThat(d.tick()).isEqualTo(50_000_000);
        assertThat(d.masterLease()).isEqualTo(950_000_000);
        refused("outlast two", () -> settings(99, 50, 20, 1, 1, 1, 1, 1, 1, 1, 1));
        refused("outlast two", () -> settings(100, 0, 20, 1, 1, 1, 1, 1, 1, 1, 1));
        refused("fraction", () -> settings(100, 50, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        refused("positive", () -> settings(100, 50, 2, 0, 1, 1, 1, 1, 1, 1, 1));
        refused("positive", () -> settings(100, 50, 2, 1, 0, 1, 1, 1, 1, 1, 1));
        refused("positive", () -> settings(100, 50, 2, 1, 1, 0, 1, 1, 1, 1, 1));
        refused("need room", () -> settings(100, 50, 2, 1, 1, 1, 0, 1, 1, 1, 1));
        refused("need room", () -> settings(100, 50, 2, 1, 1, 1, 1, 0, 1, 1, 1));
        refused("need room", () -> settings(100, 50, 2, 1, 1, 1, 1, 1, 0, 1, 1));
        refused("tail", () -> settings(100, 50, 2, 1, 1, 1, 1, 1, 1, 0, 1));
        refused("tail", () -> settings(100, 50, 2, 1, 1, 1, 1, 1, 1, 1, 0));
        assertThat(settings(100, 50, 2, 1, 1, 1, 1, 1, 1, 1, 1).masterLease()).isEqualTo(50);
    }

    private static Settings settings(
            long lease,
            long heartbeat,
            int driftDivisor,
            long backoff,
            long attempt,
            long retransmit,
            int window,
            int batchBytes,
            int queueBytes,
            int tailEntries,
            int tailBytes) {
        return new Settings(
                lease,
                driftDivisor,
                heartbeat,
                backoff,
                attempt,
                retransmit,
                window,
                batchBytes,
                queueBytes,
                tailEntries,
                tailBytes);
    }
}
