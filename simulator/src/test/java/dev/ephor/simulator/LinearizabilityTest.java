package dev.ephor.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.simulator.Linearizability.Event;
import dev.ephor.simulator.Linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static Event read(long from, long to, @Nullable String seen) {
        return new Event(from, to, new Operation.Read(seen));
    }

    private static Event write(long from, long to, String value) {
        return new Event(from, to, new Operation.Write(value));
    }

    private static Event swap(
            long from, long to, @Nullable String expected, String value, boolean swapped) {
        return new Event(from, to, new Operation.CompareAndSwap(expected, value, swapped));
    }

    private static boolean good(Event... history) {
        return Linearizability.violation(List.of(history), null).isEmpty();
    }

    @Test
    void oneAfterTheOther() {
        assertThat(good(write(1, 2, "a"), read(3, 4, "a"), write(5, 6, "b"), read(7, 8, "b")))
                .isTrue();
        assertThat(good(read(1, 2, null), write(3, 4, "a"))).isTrue();
    }

    @Test
    void aStaleReadIsFound() {
        assertThat(good(write(1, 2, "a"), write(3, 4, "b"), read(5, 6, "a"))).isFalse();
        assertThat(good(write(1, 2, "a"), read(3, 4, null))).isFalse();
    }

    @Test
    void whatOverlapsMayBeInEitherOrder() {
        assertThat(good(write(1, 10, "a"), write(2, 9, "b"), read(11, 12, "a"))).isTrue();
        assertThat(good(write(1, 10, "a"), write(2, 9, "b"), read(11, 12, "b"))).isTrue();
        assertThat(good(write(1, 10, "a"), read(2, 3, "a"), read(4, 5, null))).isFalse();
    }

    @Test
    void anUnknownWriteMayTakeEffectLateOrNever() {
        Event unknown = write(1, Linearizability.NEVER, "x");
        assertThat(good(unknown, write(2, 3, "a"), read(4, 5, "a"))).isTrue();
        assertThat(good(unknown, write(2, 3, "a"), read(4, 5, "a"), read(6, 7, "x"))).isTrue();
        assertThat(good(unknown, write(2, 3, "a"), read(4, 5, "x"), read(6, 7, "a"))).isFalse();
    }

    @Test
    void compareAndSwap() {
        assertThat(good(swap(1, 2, null, "a", true), swap(3, 4, null, "b", false), read(5, 6, "a")))
                .isTrue();
        assertThat(good(swap(1, 9, null, "a", true), swap(2, 8, null, "b", true))).isFalse();
        assertThat(good(write(1, 2, "a"), swap(3, 4, "a", "b", false))).isFalse();
        assertThat(good(swap(1, Linearizability.NEVER, null, "a", false), read(2, 3, "a")))
                .isTrue();
    }

    @Test
    void whatARealRegisterDoesIsGoodAndOneChangedAnswerMostlyIsNot() {
        int found = 0;
        for (int seed = 0; seed < 200; seed++) {
            List<Event> history = recorded(new SplittableRandom(seed));
            assertThat(Linearizability.violation(history, null)).as("seed %d", seed).isEmpty();
            if (Linearizability.violation(withOneReadOfTheFuture(history), null).isPresent()) {
                found++;
            }
        }
        assertThat(found).as("histories in which the change was found").isEqualTo(200);
    }

    /// Operations that overlap, each taking effect at one moment between its call and its return.
    private static List<Event> recorded(SplittableRandom random) {
        List<Event> history = new ArrayList<>();
        String value = null;
        for (int i = 0; i < 60; i++) {
            long moment = 10L * i + 100;
            long called = moment - random.nextInt(40);
            long returned =
                    random.nextInt(12) == 0 ? Linearizability.NEVER : moment + random.nextInt(40);
            Operation operation =
                    switch (random.nextInt(3)) {
                        case 0 -> new Operation.Read(value);
                        case 1 -> new Operation.Write("v" + i);
                        default -> {
                            String expected =
                                    random.nextBoolean() ? value : "v" + random.nextInt(60);
                            yield new Operation.CompareAndSwap(
                                    expected, "v" + i, Objects.equals(expected, value));
                        }
                    };
            value =
                    switch (operation) {
                        case Operation.Read ignored -> value;
                        case Operation.Write(String written) -> written;
                        case Operation.CompareAndSwap swap -> swap.swapped() ? swap.value() : value;
                    };
            history.add(new Event(called, returned, operation));
        }
        return history;
    }

    private static List<Event> withOneReadOfTheFuture(List<Event> history) {
        List<Event> changed = new ArrayList<>(history);
        changed.add(read(0, 1, "v59"));
        return changed;
    }
}
