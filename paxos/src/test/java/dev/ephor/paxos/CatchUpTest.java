package dev.ephor.paxos;

import static dev.ephor.paxos.Given.ONE;
import static dev.ephor.paxos.Given.THREE;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.recovered;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// PML §4.2, on replica 1, which knows 1 and 2 to be chosen.
class CatchUpTest {
    private static final SequenceNumber NUMBER = number(1, 2);
    private static final ReplicaId FOUR = ReplicaId.of(4);
    private static final Settings SETTINGS = Given.settings(100, 1, 100);
    private static final long PATIENCE = SETTINGS.retransmit();

    private final Outbox outbox = new Outbox();
    private final Ledger ledger =
            new Ledger(SETTINGS, recovered(2, entry(1, NUMBER, "a"), entry(2, NUMBER, "b")));
    private final CatchUp catchUp =
            new CatchUp(ONE, SETTINGS, new SplittableRandom(1), outbox, ledger);

    /// Whom it asks now, and for what; nobody where there is no question.
    private List<Effect> asks(long now) {
        catchUp.ask(now);
        return outbox.drain();
    }

    private static List<Effect> question(ReplicaId to, long from) {
        return List.of(new Effect.Send(to, new Message.CatchUp(from)));
    }

    private static Message.Chosen chosen(long first, long chosenUpTo, String... values) {
        return new Message.Chosen(
                first, List.of(values).stream().map(Given::value).toList(), chosenUpTo);
    }

    @Test
    void whoMissesNothingAsksNobody() {
        assertThat(asks(0)).isEmpty();
        catchUp.heard(TWO, 2);
        assertThat(asks(0)).isEmpty();
        assertThat(catchUp.knownChosen()).isEqualTo(2);
    }

    @Test
    void whoIsKnownToBeBehindIsNotAsked() {
        catchUp.heard(THREE, 2);
        catchUp.heard(TWO, 5);

        assertThat(catchUp.knownChosen()).isEqualTo(5);
        assertThat(asks(0)).isEqualTo(question(TWO, 3));
    }

    @Test
    void oneQuestionAtATime() {
        catchUp.heard(THREE, 2);
        catchUp.heard(TWO, 5);
        asks(0);
        assertThat(asks(PATIENCE - 1)).isEmpty();
        assertThat(asks(PATIENCE)).as("he is silent: another").isEqualTo(question(THREE, 3));
        assertThat(asks(PATIENCE + 1)).isEmpty();
    }

    @Test
    void whoHelpedIsAskedAgainAtOnce() {
        catchUp.heard(TWO, 9);
        catchUp.heard(THREE, 9);
        ReplicaId asked = asks(0).equals(question(TWO, 3)) ? TWO : THREE;
        for (int i = 3; i < 9; i++) {
            assertThat(catchUp.received(asked, chosen(i, 9, "x" + i)))
                    .containsExactly(new Record.Chosen(i, value("x" + i)));
            assertThat(asks(i)).isEqualTo(question(asked, i + 1));
        }
        catchUp.received(asked, chosen(9, 9, "x9"));
        assertThat(asks(100)).isEmpty();
        assertThat(ledger.chosenUpTo()).isEqualTo(9);
    }

    @Test
    void whoWasAskedInVainIsNotAskedAtOnce() {
        catchUp.heard(TWO, 9);
        catchUp.heard(THREE, 9);
        ReplicaId first = asks(0).equals(question(TWO, 3)) ? TWO : THREE;
        ReplicaId other = first.equals(TWO) ? THREE : TWO;
        assertThat(catchUp.received(first, chosen(3, 9))).isEmpty();
        assertThat(asks(1)).isEqualTo(question(other, 3));
        assertThat(catchUp.received(other, chosen(3, 9))).isEmpty();
        assertThat(asks(2)).as("nobody is left").isEmpty();
        assertThat(asks(1 + PATIENCE)).as("somebody may have caught up meanwhile").hasSize(1);
    }

    /// What somebody has not sent he may know from hearsay only.
    @Test
    void anEmptyAnswerSaysHowFarItsSenderIs() {
        catchUp.heard(TWO, 9);
        catchUp.received(THREE, chosen(3, 9));
        assertThat(asks(0)).isEqualTo(question(TWO, 3));
    }

    @Test
    void answersOfOthersAreTakenInToo() {
        catchUp.heard(TWO, 5);
        catchUp.heard(THREE, 2);
        asks(0);
        assertThat(catchUp.received(THREE, chosen(3, 3, "c"))).hasSize(1);
        assertThat(asks(1)).as("the question is still open").isEmpty();
        assertThat(catchUp.received(TWO, chosen(3, 5, "c", "d")))
                .as("the first is known by now")
                .containsExactly(new Record.Chosen(4, value("d")));
    }

    @Test
    void whatComesAfterAGapIsLeft() {
        assertThat(catchUp.received(TWO, chosen(5, 5, "e"))).isEmpty();
        assertThat(ledger.chosenUpTo()).isEqualTo(2);
        assertThat(catchUp.knownChosen()).isEqualTo(5);
    }

    @Test
    void anotherChosenValueIsNoticed() {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(() -> catchUp.received(TWO, chosen(2, 2, "not b")));
    }

    @Test
    void whoIsNoMemberIsAskedWhereNoMemberHasMore() {
        catchUp.heard(TWO, 2);
        catchUp.heard(THREE, 2);
        catchUp.heard(FOUR, 5);

        assertThat(asks(0)).isEqualTo(question(FOUR, 3));
        assertThat(asks(PATIENCE)).as("he is silent").isNotEqualTo(question(FOUR, 3)).hasSize(1);
    }

    @Test
    void itselfIsNeverAsked() {
        catchUp.heard(ONE, 9);
        catchUp.heard(TWO, 2);
        catchUp.heard(THREE, 2);
        TreeSet<ReplicaId> asked = new TreeSet<>();
        for (long now = 0; now < 50 * PATIENCE; now += PATIENCE) {
            asks(now).forEach(effect -> asked.add(((Effect.Send) effect).to()));
        }
        assertThat(asked).containsExactly(TWO, THREE);
    }

    @Test
    void whoIsAloneAsksNobody() {
        Ledger lonely = new Ledger(SETTINGS, Recovered.nothing(Membership.of(ONE)));
        CatchUp alone = new CatchUp(ONE, SETTINGS, new SplittableRandom(1), outbox, lonely);
        alone.heard(ONE, 9);
        alone.ask(0);
        assertThat(outbox.drain()).isEmpty();
    }

    @Test
    void questionsAreAnsweredFromMemoryOrTheLog() {
        ledger.learn(new Outbox());
        catchUp.serve(THREE, 3);
        catchUp.serve(THREE, 2);
        catchUp.serve(THREE, 1);

        assertThat(outbox.drain())
                .isEqualTo(
                        List.of(
                                new Effect.Send(THREE, chosen(3, 2)),
                                new Effect.Send(THREE, chosen(2, 2, "b")),
                                new Effect.ServeCatchUp(THREE, 1, 2)));
    }

    @Test
    void aSnapshotIsFetchedOnceAndNothingIsAskedMeanwhile() {
        catchUp.heard(TWO, 9);
        assertThat(catchUp.isFetchingSnapshot()).isFalse();
        catchUp.snapshotAvailable(TWO, new Message.SnapshotAvailable(2, 9));
        assertThat(outbox.drain()).as("it covers nothing that is missed").isEmpty();
        catchUp.snapshotAvailable(TWO, new Message.SnapshotAvailable(7, 3));
        catchUp.snapshotAvailable(THREE, new Message.SnapshotAvailable(8, 8));

        assertThat(outbox.drain()).isEqualTo(List.of(new Effect.FetchSnapshot(TWO, 7)));
        assertThat(catchUp.isFetchingSnapshot()).isTrue();
        assertThat(asks(PATIENCE)).isEmpty();
        catchUp.snapshotEnded();
        assertThat(catchUp.isFetchingSnapshot()).isFalse();
        assertThat(asks(PATIENCE)).hasSize(1);
    }

    @Test
    void aSnapshotSaysHowFarItsSenderIs() {
        catchUp.snapshotAvailable(THREE, new Message.SnapshotAvailable(7, 3));
        catchUp.snapshotEnded();
        outbox.drain();

        assertThat(catchUp.knownChosen()).isEqualTo(7);
        catchUp.heard(TWO, 2);
        assertThat(asks(0)).isEqualTo(question(THREE, 3));
    }

    /// Whoever hears of no coordinator asks for what it cannot know to miss.
    @Test
    void onceALeaseItAsksAround() {
        long lease = SETTINGS.lease();
        catchUp.askAround(lease - 1);
        assertThat(outbox.drain()).isEmpty();
        catchUp.askAround(lease);
        assertThat(outbox.drain()).isIn(question(TWO, 3), question(THREE, 3));
        catchUp.askAround(2 * lease - 1);
        assertThat(outbox.drain()).isEmpty();
        catchUp.askAround(2 * lease);
        assertThat(outbox.drain()).hasSize(1);
    }

    @Test
    void itAsksNobodyElseWhileItWaitsForAnAnswer() {
        catchUp.heard(TWO, 9);
        asks(0);
        catchUp.askAround(SETTINGS.lease());
        assertThat(outbox.drain()).isEmpty();
        catchUp.snapshotAvailable(TWO, new Message.SnapshotAvailable(7, 9));
        outbox.drain();
        catchUp.askAround(2 * SETTINGS.lease());
        assertThat(outbox.drain()).as("it fetches a snapshot").isEmpty();
    }
}
