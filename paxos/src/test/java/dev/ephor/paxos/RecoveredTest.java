package dev.ephor.paxos;

import static dev.ephor.paxos.Given.MEMBERS;
import static dev.ephor.paxos.Given.entry;
import static dev.ephor.paxos.Given.number;
import static dev.ephor.paxos.Given.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecoveredTest {
    private static final SequenceNumber OLD = number(1, 1);
    private static final SequenceNumber NEW = number(2, 2);

    private static Recovered replay(long base, Record... records) {
        return Recovered.replay(base, MEMBERS, List.of(records));
    }

    private static Record accepted(long instance, SequenceNumber sequence, String command) {
        return new Record.Accepted(instance, sequence, value(command));
    }

    @Test
    void anEmptyLogIsNotThatOfAReplicaThatNeverRan() {
        assertThat(replay(0))
                .isEqualTo(
                        new Recovered(0, MEMBERS, SequenceNumber.NONE, new TreeMap<>(), 0, false));
        assertThat(Recovered.nothing(MEMBERS).firstStart()).isTrue();
    }

    @Test
    void theHighestPromiseCounts() {
        assertThat(replay(0, new Record.Promised(NEW), new Record.Promised(OLD)).promised())
                .isEqualTo(NEW);
        assertThat(replay(0, accepted(1, NEW, "a"), new Record.Promised(OLD)).promised())
                .as("to accept is to promise")
                .isEqualTo(NEW);
    }

    @Test
    void theLastRecordOfAnInstanceCounts() {
        Recovered recovered = replay(0, accepted(1, OLD, "a"), accepted(1, NEW, "b"));

        assertThat(recovered.entries()).isEqualTo(Map.of(1L, entry(1, NEW, "b")));
        assertThat(recovered.chosenUpTo()).isZero();
    }

    @Test
    void whatASnapshotCoversIsLeftOut() {
        Recovered recovered =
                replay(2, accepted(1, OLD, "a"), accepted(2, OLD, "b"), accepted(3, OLD, "c"));

        assertThat(recovered.entries()).containsOnlyKeys(3L);
        assertThat(recovered.chosenUpTo()).isEqualTo(2);
    }

    @Test
    void aHintCountsAsFarAsTheEntriesReach() {
        Record hint = new Record.ChosenUpTo(3);

        assertThat(replay(0, accepted(1, OLD, "a"), accepted(2, OLD, "b"), hint).chosenUpTo())
                .isEqualTo(2);
        assertThat(replay(0, accepted(1, OLD, "a"), accepted(3, OLD, "c"), hint).chosenUpTo())
                .isEqualTo(1);
        assertThat(replay(5, hint).chosenUpTo()).isEqualTo(5);
        assertThat(
                        replay(
                                        0,
                                        accepted(1, OLD, "a"),
                                        accepted(2, OLD, "b"),
                                        accepted(3, OLD, "c"),
                                        accepted(4, OLD, "d"),
                                        hint,
                                        new Record.ChosenUpTo(1))
                                .chosenUpTo())
                .as("the highest hint, and not further")
                .isEqualTo(3);
    }

    @Test
    void whatCameByCatchUpIsChosenWithoutAHint() {
        Recovered recovered =
                replay(
                        0,
                        new Record.Chosen(1, value("a")),
                        new Record.Chosen(2, value("b")),
                        new Record.Chosen(4, value("d")));

        assertThat(recovered.chosenUpTo()).isEqualTo(2);
        assertThat(recovered.entries().get(2L))
                .isEqualTo(new Entry(2, SequenceNumber.NONE, value("b")));
    }

    /// Commit leaves no record by itself. Shown to a candidate, what was learned above would have
    /// the lowest number of all, though it is chosen.
    @Test
    void whatIsBelowSomethingThatCameByCatchUpIsChosen() {
        Recovered recovered =
                replay(
                        0,
                        new Record.ChosenUpTo(1),
                        new Record.Accepted(1, OLD, value("a")),
                        new Record.Accepted(2, NEW, value("b")),
                        new Record.Accepted(3, NEW, value("c")),
                        new Record.Promised(NEW),
                        new Record.Chosen(3, value("c")));

        assertThat(recovered.chosenUpTo()).isEqualTo(3);
    }

    @Test
    void impossibleStatesAreRefused() {
        refused("above the snapshot", 1, 1, NEW, entry(1, OLD, "a"));
        refused("is chosen", 3, 2, NEW, entry(4, OLD, "a"));
        refused("implies the promise", 0, 0, OLD, entry(1, NEW, "a"));
        assertThat(Given.recovered(0, entry(1, NEW, "a")).promised()).isEqualTo(NEW);
    }

    private static void refused(
            String rule, long base, long chosenUpTo, SequenceNumber promised, Entry entry) {
        TreeMap<Long, Entry> entries = new TreeMap<>(Map.of(entry.instance(), entry));
        assertThatExceptionOfType(InvariantViolation.class)
                .isThrownBy(
                        () -> new Recovered(base, MEMBERS, promised, entries, chosenUpTo, false))
                .withMessageContaining(rule);
    }
}
