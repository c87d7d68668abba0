package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final SequenceNumber OLD = number(1, 1);
    private static final SequenceNumber NEWER = number(2, 2);
    private static final SequenceNumber OWN = number(3, 3);

    private static Recovery of(Message.Promise... promises) {
        return Recovery.of(OWN, List.of(promises));
    }

    private static Message.Promise promise(long chosenUpTo, Entry... accepted) {
        return new Message.Promise(OWN, chosenUpTo, List.of(accepted));
    }

    @Test
    void nothingAcceptedLeavesNothingToPropose() {
        assertThat(of(promise(0), promise(0))).isEqualTo(new Recovery(1, List.of()));
        assertThat(of(promise(3), promise(7), promise(5))).isEqualTo(new Recovery(8, List.of()));
    }

    /// PML §4.1: of the values that a majority may have accepted, that of the highest number.
    @Test
    void theValueOfTheHighestNumberIsAdopted() {
        Entry old = entry(4, OLD, "old");
        Entry newer = entry(4, NEWER, "newer");

        assertThat(of(promise(3, old), promise(3, newer)).entries()).containsExactly(newer);
        assertThat(of(promise(3, newer), promise(3, old)).entries()).containsExactly(newer);
    }

    @Test
    void whatSomebodyKnowsToBeChosenIsNotProposed() {
        Recovery recovery = of(promise(3, entry(4, OLD, "a"), entry(5, OLD, "b")), promise(4));

        assertThat(recovery).isEqualTo(new Recovery(5, List.of(entry(5, OLD, "b"))));
        assertThat(recovery.values()).containsExactly(value("b"));
    }

    @Test
    void gapsAreClosed() {
        Recovery recovery = of(promise(1, entry(2, OLD, "a")), promise(1, entry(4, OLD, "c")));

        assertThat(recovery.entries())
                .containsExactly(
                        entry(2, OLD, "a"),
                        new Entry(3, SequenceNumber.NONE, new Value.NoOp(OWN)),
                        entry(4, OLD, "c"));
    }

    @Test
    void theGapAtTheBeginningToo() {
        assertThat(of(promise(0, entry(2, OLD, "a"))).entries())
                .containsExactly(
                        new Entry(1, SequenceNumber.NONE, new Value.NoOp(OWN)), entry(2, OLD, "a"));
    }

    @Test
    void whatBecameKnownMeanwhileIsLeftOut() {
        Recovery recovery = new Recovery(3, List.of(entry(3, OLD, "a"), entry(4, OLD, "b")));

        assertThat(recovery.above(2)).isEqualTo(recovery);
        assertThat(recovery.above(3)).isEqualTo(new Recovery(4, List.of(entry(4, OLD, "b"))));
        assertThat(recovery.above(6)).isEqualTo(new Recovery(7, List.of()));
    }

    @Test
    void theFirstEffectiveChangeOfMembersIsFound() {
        Membership next = MEMBERS.without(THREE);
        Entry stale = new Entry(3, OLD, new Value.MembershipChange(OLD, 2, next));
        Entry change = new Entry(4, OLD, new Value.MembershipChange(OLD, 0, next));
        Entry second = new Entry(5, OLD, new Value.MembershipChange(OLD, 4, MEMBERS));

        assertThat(new Recovery(3, List.of(stale, change, second)).change(MEMBERS))
                .contains(new Proposals.Change(4, next.definedAt(4)));
        assertThat(new Recovery(3, List.of(stale, entry(4, OLD, "x"))).change(MEMBERS)).isEmpty();
    }

    @Test
    void aLaterCoordinatorShowsInWhatWasAccepted() {
        Recovery recovery = new Recovery(3, List.of(entry(3, OLD, "a"), entry(4, NEWER, "b")));

        assertThat(recovery.showsLaterThan(OLD)).isTrue();
        assertThat(recovery.showsLaterThan(NEWER)).isFalse();
        assertThat(new Recovery(3, List.of()).showsLaterThan(OLD)).isFalse();
    }
}
