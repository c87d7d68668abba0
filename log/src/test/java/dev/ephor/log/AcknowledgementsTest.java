package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What one flush sets free leaves once, and in order.
class AcknowledgementsTest {
    private static final SequenceNumber FIRST = new SequenceNumber(3, ReplicaId.of(2));
    private static final SequenceNumber SECOND = new SequenceNumber(4, ReplicaId.of(3));
    private static long tickets;

    private static Effect.Persist persist(Effect.Send... then) {
        return new Effect.Persist(
                ++tickets, List.of(new Record.ChosenUpTo(tickets)), List.of(then), true);
    }

    private static Effect.Send acknowledge(int to, SequenceNumber sequence, long upTo) {
        return new Effect.Send(ReplicaId.of(to), new Message.Acknowledge(sequence, upTo));
    }

    private static Effect.Send promise(SequenceNumber sequence) {
        return new Effect.Send(sequence.replica(), new Message.Promise(sequence, 0, List.of()));
    }

    @Test
    void theLastAcknowledgementSaysAll() {
        assertThat(
                        Acknowledgements.afterFlush(
                                List.of(
                                        persist(acknowledge(2, FIRST, 7)),
                                        persist(acknowledge(2, FIRST, 8)),
                                        persist(acknowledge(2, FIRST, 9)))))
                .containsExactly(acknowledge(2, FIRST, 9));
    }

    @Test
    void otherNumbersAndOtherReplicasAreToldToo() {
        assertThat(
                        Acknowledgements.afterFlush(
                                List.of(
                                        persist(acknowledge(2, FIRST, 7), acknowledge(1, FIRST, 7)),
                                        persist(acknowledge(2, FIRST, 8)),
                                        persist(promise(SECOND)),
                                        persist(acknowledge(3, SECOND, 8)))))
                .containsExactly(
                        acknowledge(1, FIRST, 7),
                        acknowledge(2, FIRST, 8),
                        promise(SECOND),
                        acknowledge(3, SECOND, 8));
    }

    @Test
    void promisesAllLeave() {
        Effect.Send promise = promise(FIRST);
        assertThat(
                        Acknowledgements.afterFlush(
                                List.of(persist(promise), persist(), persist(promise))))
                .containsExactly(promise, promise);
    }
}
