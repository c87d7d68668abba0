package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The judge is tried with histories that are good, and with each that it is there to find.
class DemoVerdictTest {
    private static final long SECOND = 1_000_000_000;

    private final DemoHistory history = new DemoHistory();
    private final Map<Long, String> journal = new TreeMap<>();
    private List<Long> kills = List.of(10 * SECOND);
    private long counter;
    private boolean lateWriteRefused = true;

    /// Two workers, one after the other, and a fail-over of two seconds at ten seconds.
    DemoVerdictTest() {
        write(1, "a", 9 * SECOND);
        write(2, "b", 10 * SECOND - 100);
        hold(1, 5, 8 * SECOND, 10 * SECOND);
        write(3, "c", 12 * SECOND);
        write(4, "d", 13 * SECOND);
        hold(2, 6, 11 * SECOND, 13 * SECOND);
    }

    private void write(long number, String text, long at) {
        history.acknowledged(new DemoHistory.Line(number, text, at));
        journal.put(number, text);
        counter = Math.max(counter, number);
    }

    private void hold(int worker, long generation, long from, long until) {
        history.held(new DemoHistory.Hold(worker, generation, from, until));
    }

    private DemoVerdict verdict() {
        return DemoVerdict.of(
                history.snapshot(),
                kills,
                1,
                new DemoVerdict.Remains(journal, counter, lateWriteRefused));
    }

    private void fails(String fault) {
        assertThat(verdict().passed()).isFalse();
        assertThat(verdict().faults()).singleElement().asString().contains(fault);
    }

    @Test
    void passes() {
        DemoVerdict verdict = verdict();

        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.gaps()).containsExactly(Duration.ofNanos(2 * SECOND + 100));
        assertThat(verdict.acknowledged()).isEqualTo(4);
        assertThat(verdict.holdings()).isEqualTo(2);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.overlaps()).isZero();
    }

    @Test
    void anAcknowledgedLineIsMissing() {
        journal.remove(2L);

        fails("line 2 was acknowledged as 'b' and is not there");
        assertThat(verdict().lost()).isEqualTo(1);
    }

    @Test
    void anAcknowledgedLineWasChanged() {
        journal.put(2L, "x");

        fails("line 2 was acknowledged as 'b' and is 'x'");
    }

    @Test
    void aLineComesFromNowhere() {
        journal.put(77L, "x");

        fails("lines are in the journal that nobody wrote: 77");
    }

    @Test
    void aLineInDoubtMayBeThereOrNot() {
        history.inDoubt(5);
        history.inDoubt(6);
        journal.put(5L, "e");

        assertThat(verdict().passed()).isTrue();
    }

    @Test
    void theCounterLostAStep() {
        counter--;

        fails("the counter is 3 and should be 4");
    }

    @Test
    void twoHadTheLock() {
        hold(3, 7, 12 * SECOND, 14 * SECOND);

        fails("workers 2 and 3 had the lock at the same time");
        assertThat(verdict().overlaps()).isEqualTo(1);
    }

    @Test
    void aLongHoldingOverlapsMoreThanItsNeighbour() {
        hold(3, 4, 7 * SECOND, 20 * SECOND);

        assertThat(verdict().overlaps()).isEqualTo(2);
    }

    @Test
    void aSequencerDidNotRise() {
        hold(3, 6, 14 * SECOND, 15 * SECOND);

        fails("holding 6 came after holding 6");
    }

    @Test
    void aLateWriteWasAccepted() {
        lateWriteRefused = false;

        fails("a write with the sequencer of a holding that was over was accepted");
    }

    @Test
    void theWritersNeverWentOn() {
        kills = List.of(14 * SECOND);

        fails("a fail-over took 24 h");
    }

    @Test
    void aFailOverIsMissing() {
        kills = List.of();

        fails("only 0 of 1 fail-overs took place");
    }

    @Test
    void eachKillHasItsOwnGap() {
        kills = List.of(10 * SECOND, 12 * SECOND + 1);

        assertThat(verdict().gaps())
                .containsExactly(Duration.ofNanos(2 * SECOND + 100), Duration.ofSeconds(1));
    }

    @Test
    void workersComplain() {
        history.complain("worker 1 had to give up");

        fails("worker 1 had to give up");
    }
}
