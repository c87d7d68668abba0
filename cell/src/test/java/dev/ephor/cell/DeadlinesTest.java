package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final List<String> ran = new ArrayList<>();
    private final List<Long> wakes = new ArrayList<>();
    private long now = 100;

    private final Deadlines deadlines =
            new Deadlines(
                    new Clock() {
                        @Override
                        public long nanoTime() {
                            return now;
                        }

                        @Override
                        public void wakeAt(long nanoTime) {
                            wakes.add(nanoTime);
                        }
                    });

    @Test
    void inOrderOfTimeAndThenOfArrival() {
        deadlines.at(120, () -> ran.add("b"));
        deadlines.at(110, () -> ran.add("a"));
        deadlines.at(120, () -> ran.add("c"));
        deadlines.at(130, () -> ran.add("d"));
        deadlines.run();
        assertThat(ran).isEmpty();
        now = 120;
        deadlines.run();
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(wakes).containsExactly(120L, 110L, 110L, 130L);
    }

    @Test
    void whatAnActionAddsHasItsTurnNextTime() {
        deadlines.at(
                100,
                () -> {
                    ran.add("first");
                    deadlines.after(0, () -> ran.add("second"));
                });
        deadlines.run();
        assertThat(ran).containsExactly("first");
        assertThat(wakes).containsExactly(100L, 100L);
        deadlines.run();
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void whatIsCancelledDoesNotRunAndLeavesNothing() {
        Deadlines.Deadline gone = deadlines.at(100, () -> ran.add("gone"));
        deadlines.cancel(gone);
        deadlines.cancel(gone);
        deadlines.cancel(null);
        assertThat(deadlines.size()).isZero();
        deadlines.run();
        assertThat(ran).isEmpty();
    }
}
