package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.ledger;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.recovered;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final SequenceNumber OLD = number(1, 1);
    private static final SequenceNumber NEW = number(2, 2);

    private static void violates(String rule, ThrowingCallable act) {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(act)
                .withMessageContaining(rule);
    }

    private static Ledger empty() {
        return ledger(Recovered.nothing(MEMBERS));
    }

    /// A ledger that has accepted `a` to `e` at 1 to 5 under the old number.
    private static Ledger five(Settings settings) {
        Ledger ledger = new Ledger(settings, Recovered.nothing(MEMBERS));
        for (int i = 1; i <= 5; i++) {
            ledger.accept(entry(i, OLD, "abcde".substring(i - 1, i)));
        }
        return ledger;
    }

    @Test
    void beginsWhereTheDiskEnds() {
        Membership later = Membership.of(ONE);
        TreeMap<Long, Entry> held = new TreeMap<>();
        held.put(8L, entry(8, OLD, "a"));
        held.put(9L, new Entry(9, OLD, new Value.MembershipChange(OLD, 0, later)));
        held.put(10L, entry(10, OLD, "b"));
        Ledger ledger = ledger(new Recovered(7, MEMBERS, OLD, held, 9, false));

        assertThat(ledger.base()).isEqualTo(7);
        assertThat(ledger.chosenUpTo()).isEqualTo(9);
        assertThat(ledger.evictedUpTo()).isEqualTo(7);
        assertThat(ledger.membership()).isEqualTo(later.definedAt(9));
        assertThat(ledger.chosenNote()).isEmpty();
        assertThat(ledger.get(10)).contains(entry(10, OLD, "b"));
        assertThat(ledger.get(11)).isEmpty();
        Outbox outbox = new Outbox();
        ledger.learn(outbox);
        assertThat(Given.learned(outbox.drain())).containsExactly(8L, 9L);
    }

    @Test
    void countsTheBytesOfWhatIsNotKnownToBeChosen() {
        int one = value("a").size();
        Ledger ledger = five(Settings.DEFAULT);
        assertThat(ledger.undecidedBytes()).isEqualTo(5L * one);
        ledger.accept(entry(5, NEW, "eeee"));
        assertThat(ledger.undecidedBytes()).isEqualTo(5L * one + 3);
        ledger.commit(OLD, 2);
        assertThat(ledger.undecidedBytes()).isEqualTo(3L * one + 3);
        ledger.choose(3, value("longer than what was accepted"));
        assertThat(ledger.undecidedBytes()).isEqualTo(2L * one + 3);
        ledger.installed(4, MEMBERS);
        assertThat(ledger.undecidedBytes()).isEqualTo(one + 3L);
        assertThat(ledger(recovered(1, entry(1, OLD, "a"), entry(2, OLD, "bb"))).undecidedBytes())
                .isEqualTo(one + 1L);
    }

    @Test
    void knowsTheHighestInstanceThatItHolds() {
        assertThat(empty().last()).isZero();
        Ledger ledger = five(Settings.DEFAULT);
        assertThat(ledger.last()).isEqualTo(5);
        ledger.commit(OLD, 3);
        assertThat(ledger.last()).isEqualTo(5);
        ledger.installed(9, MEMBERS);
        assertThat(ledger.last()).isEqualTo(9);
    }

    @Test
    void whatIsChosenMustBeHeld() {
        violates("what is chosen is held", () -> ledger(recovered(1)));
        violates("what is chosen is held", () -> ledger(recovered(3, entry(1, OLD, "a"))));
    }

    @Test
    void anAcceptedValueGivesWayToAHigherNumberOnly() {
        Ledger ledger = empty();
        ledger.accept(entry(1, OLD, "a"));
        ledger.accept(entry(1, OLD, "a"));
        ledger.accept(entry(1, NEW, "b"));

        assertThat(ledger.get(1)).contains(entry(1, NEW, "b"));
        violates("never fall", () -> ledger.accept(entry(1, OLD, "b")));
        violates("has one value", () -> ledger.accept(entry(1, NEW, "c")));
    }

    @Test
    void aChosenValueIsNotAcceptedAgain() {
        Ledger ledger = ledger(recovered(1, entry(1, OLD, "a")));

        violates("not accepted again", () -> ledger.accept(entry(1, NEW, "a")));
    }

    @Test
    void choosingIsContiguous() {
        Ledger ledger = empty();
        ledger.accept(entry(1, OLD, "mine"));
        ledger.choose(1, value("theirs"));

        assertThat(ledger.get(1)).contains(new Entry(1, SequenceNumber.NONE, value("theirs")));
        assertThat(ledger.chosenUpTo()).isEqualTo(1);
        violates("contiguous", () -> ledger.choose(3, value("x")));
        violates("contiguous", () -> ledger.choose(1, value("x")));
    }

    @Test
    void commitStopsAtWhatWasAcceptedUnderAnotherNumber() {
        Ledger ledger = five(Settings.DEFAULT);
        ledger.accept(entry(4, NEW, "x"));
        ledger.commit(OLD, 2);
        assertThat(ledger.chosenUpTo()).isEqualTo(2);
        ledger.commit(OLD, 9);
        assertThat(ledger.chosenUpTo()).isEqualTo(3);
        ledger.commit(NEW, 9);
        assertThat(ledger.chosenUpTo()).isEqualTo(4);
        assertThat(ledger.isAcceptedUnder(5, OLD)).isTrue();
        assertThat(ledger.isAcceptedUnder(5, NEW)).isFalse();
        assertThat(ledger.isAcceptedUnder(6, OLD)).isFalse();
    }

    @Test
    void aChangeOfMembersCountsOnceItIsChosen() {
        Ledger ledger = empty();
        Membership next = Membership.of(ONE);
        ledger.accept(new Entry(1, OLD, new Value.MembershipChange(OLD, 0, next)));
        assertThat(ledger.membership()).isEqualTo(MEMBERS);
        ledger.commit(OLD, 1);
        assertThat(ledger.membership()).isEqualTo(next.definedAt(1));
    }

    @Test
    void twoValuesChosenAtOneInstanceAreNoticed() {
        Ledger ledger = five(Given.settings(100, 1, 100));
        ledger.commit(OLD, 2);

        ledger.checkAgainstChosen(2, value("b"));
        ledger.checkAgainstChosen(3, value("not chosen yet"));
        violates("chosen at instance 2", () -> ledger.checkAgainstChosen(2, value("other")));
        ledger.learn(new Outbox());
        ledger.checkAgainstChosen(1, value("not in memory any more"));
    }

    @Test
    void givesWhatItHoldsFromAnInstanceOn() {
        assertThat(five(Settings.DEFAULT).from(4))
                .containsExactly(entry(4, OLD, "d"), entry(5, OLD, "e"));
    }

    @Test
    void aBatchKeepsToItsBytesAndItsEnd() {
        Ledger ledger = five(Given.settings(3, 100, 100));

        assertThat(ledger.batch(2, 3)).containsExactly(value("b"), value("c"));
        assertThat(ledger.batch(1, 5)).containsExactly(value("a"), value("b"), value("c"));
        assertThat(ledger.batch(5, 9)).containsExactly(value("e"));
        assertThat(ledger.batch(6, 9)).isEmpty();
    }

    @Test
    void aValueOverTheBatchLimitGoesAlone() {
        Ledger ledger = new Ledger(Given.settings(3, 100, 100), Recovered.nothing(MEMBERS));
        ledger.accept(entry(1, OLD, "large one"));
        ledger.accept(entry(2, OLD, "b"));

        assertThat(ledger.batch(1, 2)).containsExactly(value("large one"));
    }

    @Test
    void aBatchEndsAtAGap() {
        Ledger ledger = empty();
        ledger.accept(entry(1, OLD, "a"));
        ledger.accept(entry(3, OLD, "c"));

        assertThat(ledger.batch(1, 3)).containsExactly(value("a"));
    }

    @Test
    void aSnapshotReplacesAllThatItCovers() {
        Ledger ledger = five(Given.settings(100, 100, 2));
        ledger.commit(OLD, 2);
        Membership later = Membership.of(ONE).definedAt(3);
        ledger.installed(4, later);

        assertThat(ledger.base()).isEqualTo(4);
        assertThat(ledger.chosenUpTo()).isEqualTo(4);
        assertThat(ledger.evictedUpTo()).isEqualTo(4);
        assertThat(ledger.membership()).isEqualTo(later);
        assertThat(ledger.from(0)).containsExactly(entry(5, OLD, "e"));
        assertThat(ledger.chosenNote()).isEmpty();
        violates("over what is older", () -> ledger.installed(4, later));
        ledger.commit(OLD, 5);
        Outbox outbox = new Outbox();
        ledger.learn(outbox);
        assertThat(Given.learned(outbox.drain())).containsExactly(5L);
        assertThat(ledger.evictedUpTo()).isEqualTo(4);
    }

    @Test
    void onlyWhatIsChosenIsTruncated() {
        Ledger ledger = five(Settings.DEFAULT);
        ledger.commit(OLD, 3);
        ledger.truncated(3);
        ledger.truncated(2);

        assertThat(ledger.base()).isEqualTo(3);
        violates("only what is chosen", () -> ledger.truncated(4));
    }

    @Test
    void eachInstanceIsLearnedOnce() {
        Ledger ledger = five(Settings.DEFAULT);
        Outbox outbox = new Outbox();
        ledger.commit(OLD, 2);
        ledger.learn(outbox);
        ledger.learn(outbox);
        ledger.commit(OLD, 3);
        ledger.learn(outbox);

        assertThat(outbox.drain())
                .isEqualTo(
                        List.of(
                                new Effect.Learn(1, value("a")),
                                new Effect.Learn(2, value("b")),
                                new Effect.Learn(3, value("c"))));
    }

    @Test
    void theTailIsBoundedInEntries() {
        Ledger ledger = five(Given.settings(100, 2, 100));
        ledger.commit(OLD, 2);
        ledger.learn(new Outbox());
        assertThat(ledger.evictedUpTo()).isZero();
        ledger.commit(OLD, 5);
        ledger.learn(new Outbox());

        assertThat(ledger.evictedUpTo()).isEqualTo(3);
        assertThat(ledger.from(0)).hasSize(2);
    }

    @Test
    void theTailIsBoundedInBytes() {
        Ledger ledger = five(Given.settings(100, 100, 3));
        ledger.commit(OLD, 3);
        ledger.learn(new Outbox());
        assertThat(ledger.evictedUpTo()).isZero();
        ledger.commit(OLD, 4);
        ledger.learn(new Outbox());
        assertThat(ledger.evictedUpTo()).isEqualTo(1);
        ledger.commit(OLD, 5);
        ledger.learn(new Outbox());
        assertThat(ledger.evictedUpTo()).isEqualTo(2);
    }

    @Test
    void itIsNotedOnceHowFarValuesAreChosen() {
        Ledger ledger = five(Settings.DEFAULT);
        ledger.commit(OLD, 2);

        assertThat(ledger.chosenNote()).contains(new Record.ChosenUpTo(2));
        assertThat(ledger.chosenNote()).isEmpty();
    }
}
