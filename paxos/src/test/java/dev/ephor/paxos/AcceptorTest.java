package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.TWO;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.recovered;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// PML §4.1, the acceptor's side.
class AcceptorTest {
    private static final SequenceNumber OLD = number(1, 1);
    private static final SequenceNumber NEW = number(2, 2);

    private final Outbox outbox = new Outbox();

    private Acceptor acceptor(Ledger ledger, SequenceNumber promised) {
        return new Acceptor(ledger, outbox, promised);
    }

    private Acceptor empty() {
        return acceptor(Given.ledger(Recovered.nothing(MEMBERS)), SequenceNumber.NONE);
    }

    private static void violates(String rule, ThrowingCallable act) {
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(act)
                .withMessageContaining(rule);
    }

    private static Effect.Send acknowledge(ReplicaId to, SequenceNumber sequence, long upTo) {
        return new Effect.Send(to, new Message.Acknowledge(sequence, upTo));
    }

    @Test
    void aPromiseIsOnDiskBeforeItIsSent() {
        Acceptor acceptor = empty();
        Effect.Send promise = new Effect.Send(TWO, acceptor.promiseOf(NEW, 1));

        assertThat(acceptor.promise(NEW, List.of(promise))).isEqualTo(1);
        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                1, List.of(new Record.Promised(NEW)), List.of(promise), true));
        assertThat(acceptor.promised()).isEqualTo(NEW);
        violates("promises never fall", () -> acceptor.promise(OLD, List.of()));
        assertThat(acceptor.promise(NEW, List.of())).as("the same again").isEqualTo(2);
    }

    @Test
    void aPromiseTellsAllThatTheCandidateMayMiss() {
        Acceptor acceptor =
                acceptor(
                        Given.ledger(
                                recovered(
                                        1,
                                        entry(1, OLD, "a"),
                                        entry(2, OLD, "b"),
                                        entry(4, OLD, "d"))),
                        OLD);

        assertThat(acceptor.promiseOf(NEW, 1))
                .isEqualTo(
                        new Message.Promise(
                                NEW, 1, List.of(entry(2, OLD, "b"), entry(4, OLD, "d"))));
        assertThat(acceptor.promiseOf(NEW, 4))
                .isEqualTo(new Message.Promise(NEW, 1, List.of(entry(4, OLD, "d"))));
    }

    @Test
    void valuesAreAcknowledgedOnceTheyAreOnDisk() {
        Acceptor acceptor = empty();
        acceptor.follow(NEW, 1);
        assertThat(acceptor.accept(NEW, 1, List.of(value("a"), value("b")), List.of(TWO))).isTrue();

        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                1,
                                List.of(
                                        new Record.Accepted(1, NEW, value("a")),
                                        new Record.Accepted(2, NEW, value("b"))),
                                List.of(acknowledge(TWO, NEW, 2)),
                                true));
        assertThat(acceptor.promised()).as("to accept is to promise").isEqualTo(NEW);
        assertThat(acceptor.prefix()).isEqualTo(2);
        assertThat(acceptor.flushed(NEW)).isZero();
        acceptor.persisted(1);
        assertThat(acceptor.flushed(NEW)).isEqualTo(2);
        assertThat(acceptor.flushed(OLD)).isZero();
    }

    @Test
    void onlyWhatContinuesThePrefixIsAccepted() {
        Acceptor acceptor = empty();
        acceptor.follow(NEW, 1);
        acceptor.accept(NEW, 1, List.of(value("a"), value("b")), List.of());
        outbox.drain();

        assertThat(acceptor.accept(NEW, 4, List.of(value("d")), List.of())).isFalse();
        assertThat(acceptor.accept(NEW, 1, List.of(value("a"), value("b")), List.of())).isFalse();
        assertThat(outbox.drain()).isEmpty();
        assertThat(acceptor.accept(NEW, 2, List.of(value("b"), value("c")), List.of())).isTrue();
        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                2,
                                List.of(new Record.Accepted(3, NEW, value("c"))),
                                List.of(),
                                true));
    }

    @Test
    void onlyTheFollowedCoordinatorIsObeyed() {
        Acceptor acceptor = empty();
        acceptor.follow(OLD, 1);
        violates(
                "only the followed", () -> acceptor.accept(NEW, 1, List.of(value("a")), List.of()));
        acceptor.promise(NEW, List.of());
        violates(
                "below the promise", () -> acceptor.accept(OLD, 1, List.of(value("a")), List.of()));
    }

    /// A later flush says nothing of an earlier coordinator's prefix.
    @Test
    void aFlushCountsForTheCoordinatorThatItWasFor() {
        Acceptor acceptor = empty();
        acceptor.follow(OLD, 1);
        acceptor.accept(OLD, 1, List.of(value("a"), value("b")), List.of());
        acceptor.follow(NEW, 1);
        assertThat(acceptor.prefix()).as("an older value is not the new one's").isZero();
        acceptor.accept(NEW, 1, List.of(value("x")), List.of());
        acceptor.persisted(1);
        assertThat(acceptor.flushed(NEW)).isZero();
        assertThat(acceptor.following()).isEqualTo(NEW);
        acceptor.persisted(2);
        assertThat(acceptor.flushed(NEW)).isEqualTo(1);
    }

    @Test
    void whatIsHeldUnderTheVeryNumberBelongsToThePrefix() {
        Acceptor acceptor =
                acceptor(
                        Given.ledger(
                                recovered(
                                        1,
                                        entry(1, OLD, "a"),
                                        entry(2, NEW, "b"),
                                        entry(3, NEW, "c"),
                                        entry(4, OLD, "d"))),
                        NEW);
        acceptor.follow(NEW, 1);

        assertThat(acceptor.prefix()).isEqualTo(3);
        assertThat(acceptor.flushed(NEW)).as("it came from the disk").isEqualTo(3);
    }

    @Test
    void whoFollowsFromFurtherOnBeginsThere() {
        Acceptor acceptor = empty();
        acceptor.follow(NEW, 5);

        assertThat(acceptor.prefix()).isEqualTo(4);
        assertThat(acceptor.flushed(NEW)).isEqualTo(4);
        acceptor.follow(NEW, 1);
        assertThat(acceptor.prefix()).as("the base of a number never changes").isEqualTo(4);
    }

    @Test
    void whatIsKnownToBeChosenBelongsToThePrefixOnceItIsOnDisk() {
        Ledger ledger = Given.ledger(Recovered.nothing(MEMBERS));
        Acceptor acceptor = acceptor(ledger, SequenceNumber.NONE);
        acceptor.follow(NEW, 1);
        ledger.choose(1, value("a"));
        Record record = new Record.Chosen(1, value("a"));
        acceptor.caughtUp(List.of(record), List.of(TWO));

        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                1, List.of(record), List.of(acknowledge(TWO, NEW, 1)), true));
        assertThat(acceptor.prefix()).isEqualTo(1);
        assertThat(acceptor.flushed(NEW)).isZero();
        acceptor.persisted(1);
        assertThat(acceptor.flushed(NEW)).isEqualTo(1);
    }

    @Test
    void whoFollowsNobodyAcknowledgesNothing() {
        Ledger ledger = Given.ledger(Recovered.nothing(MEMBERS));
        Acceptor acceptor = acceptor(ledger, SequenceNumber.NONE);
        ledger.choose(1, value("a"));
        acceptor.caughtUp(List.of(new Record.Chosen(1, value("a"))), List.of(TWO));

        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                1, List.of(new Record.Chosen(1, value("a"))), List.of(), true));
    }

    /// What is learned to be chosen was handed to the disk before: it is durable with the last
    /// record that is under way.
    @Test
    void thePrefixWaitsForWhatIsUnderWay() {
        Ledger ledger = Given.ledger(Recovered.nothing(MEMBERS));
        Acceptor acceptor = acceptor(ledger, SequenceNumber.NONE);
        acceptor.follow(OLD, 1);
        acceptor.accept(OLD, 1, List.of(value("a")), List.of());
        ledger.commit(OLD, 1);
        acceptor.follow(NEW, 1);

        assertThat(acceptor.prefix()).isEqualTo(1);
        assertThat(acceptor.flushed(NEW)).isZero();
        acceptor.persisted(1);
        assertThat(acceptor.flushed(NEW)).isEqualTo(1);
    }

    @Test
    void aSnapshotIsOnDiskAlready() {
        Ledger ledger = Given.ledger(Recovered.nothing(MEMBERS));
        Acceptor acceptor = acceptor(ledger, SequenceNumber.NONE);
        acceptor.follow(NEW, 1);
        ledger.installed(7, MEMBERS);
        acceptor.installed();

        assertThat(acceptor.prefix()).isEqualTo(7);
        assertThat(acceptor.flushed(NEW)).isEqualTo(7);
    }

    @Test
    void theHintGoesWithTheNextRecords() {
        Ledger ledger = Given.ledger(Recovered.nothing(MEMBERS));
        Acceptor acceptor = acceptor(ledger, SequenceNumber.NONE);
        acceptor.follow(NEW, 1);
        acceptor.accept(NEW, 1, List.of(value("a")), List.of());
        ledger.commit(NEW, 1);
        outbox.drain();
        acceptor.accept(NEW, 2, List.of(value("b")), List.of());

        assertThat(outbox.drain())
                .containsExactly(
                        new Effect.Persist(
                                2,
                                List.of(
                                        new Record.ChosenUpTo(1),
                                        new Record.Accepted(2, NEW, value("b"))),
                                List.of(),
                                true));
    }
}
