package dev.ephor.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges whether a history of one register is linearizable: whether there is one order of the
/// operations that respects real time and that a register would have given the same answers in.
///
/// The search is that of Wing and Gong with Lowe's memoisation: operations are taken in the order
/// of their calls, and no combination of operations taken and value reached is tried twice. Judge
/// each register for itself: a history is linearizable if each register's part is, and the search
/// is only quick for few concurrent operations.
public final class Linearizability {
    /// The time of return of an operation whose outcome is not known.
    public static final long NEVER = Long.MAX_VALUE;

    /// What was asked, and what was answered.
    public sealed interface Operation {
        /// Read the register and saw this value; null where there was none.
        record Read(@Nullable String seen) implements Operation {}

        /// Wrote the value, whatever was there.
        record Write(String value) implements Operation {}

        /// Wrote the value where `expected` was there (null: nothing was). It was told whether that
        /// was so; where the outcome is unknown, `swapped` is not looked at.
        record CompareAndSwap(@Nullable String expected, String value, boolean swapped)
                implements Operation {}
    }

    /// One operation of a history.
    ///
    /// @param called when it was called, on a clock that all callers share
    /// @param returned when it returned; [#NEVER] where its outcome is unknown: then it may have
    ///   taken effect at any time since it was called, or not at all
    /// @param operation what it was. What certainly had no effect does not belong into a history
    public record Event(long called, long returned, Operation operation) {
        public Event {
            if (returned < called) {
                throw new IllegalArgumentException("an operation returns after it was called");
            }
        }

        boolean isUnknown() {
            return returned == NEVER;
        }
    }

    /// A call or a return, in a list from which both are taken out while the operation is taken.
    private static final class Mark {
        final int operation;
        final Event event;
        final @Nullable Mark itsReturn;
        @Nullable Mark previous;
        @Nullable Mark next;

        Mark(int operation, Event event, @Nullable Mark itsReturn) {
            this.operation = operation;
            this.event = event;
            this.itsReturn = itsReturn;
        }

        long time() {
            return itsReturn != null ? event.called() : event.returned();
        }

        void remove() {
            if (previous != null) {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
        }

        void putBack() {
            if (previous != null) {
                previous.next = this;
            }
            if (next != null) {
                next.previous = this;
            }
        }
    }

    /// An operation that was taken, and the value before it.
    private record Taken(Mark call, @Nullable String before) {}

    private record Reached(BitSet taken, @Nullable String value) {}

    private record Step(boolean possible, @Nullable String value) {}

    private Linearizability() {}

    /// Empty where the history is linearizable; otherwise what could not be put in order.
    public static Optional<String> violation(List<Event> history, @Nullable String initial) {
        List<Event> events = new ArrayList<>(history);
        // Who does not know what it read proves nothing.
        events.removeIf(event -> event.isUnknown() && event.operation() instanceof Operation.Read);
        events.sort(Comparator.comparingLong(Event::called));
        return search(list(events), events, initial);
    }

    private static Mark list(List<Event> events) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Mark back = new Mark(i, events.get(i), null);
            marks.add(back);
            marks.add(new Mark(i, events.get(i), back));
        }
        // At equal times calls come first: the operations overlapped.
        marks.sort(
                Comparator.comparingLong(Mark::time).thenComparing(mark -> mark.itsReturn == null));
        Mark head = new Mark(-1, new Event(0, 0, new Operation.Read(null)), null);
        Mark last = head;
        for (Mark mark : marks) {
            last.next = mark;
            mark.previous = last;
            last = mark;
        }
        return head;
    }

    private static Optional<String> search(
            Mark head, List<Event> events, @Nullable String initial) {
        Set<Reached> tried = new HashSet<>();
        ArrayDeque<Taken> path = new ArrayDeque<>();
        BitSet taken = new BitSet(events.size());
        String value = initial;
        int longest = -1;
        Event stuck = null;
        Mark mark = head.next;
        while (mark != null && !(mark.itsReturn == null && mark.event.isUnknown())) {
            if (mark.itsReturn != null) {
                Step step = step(mark.event, value);
                taken.set(mark.operation);
                if (step.possible()
                        && tried.add(new Reached((BitSet) taken.clone(), step.value()))) {
                    path.push(new Taken(mark, value));
                    value = step.value();
                    mark.itsReturn.remove();
                    mark.remove();
                    mark = head.next;
                } else {
                    taken.clear(mark.operation);
                    mark = mark.next;
                }
            } else {
                // Something returned here that could not be put in order so far: take the last
                // back.
                if (path.size() > longest) {
                    longest = path.size();
                    stuck = mark.event;
                }
                if (path.isEmpty()) {
                    return Optional.of(describe(Objects.requireNonNull(stuck), longest));
                }
                Taken last = path.pop();
                value = last.before();
                taken.clear(last.call().operation);
                last.call().putBack();
                Objects.requireNonNull(last.call().itsReturn).putBack();
                mark = last.call().next;
            }
        }
        return Optional.empty();
    }

    private static String describe(Event stuck, int before) {
        return "no order of the operations explains "
                + stuck
                + ": the longest order that can be found before it has "
                + before
                + " operations";
    }

    /// What a register would do.
    private static Step step(Event event, @Nullable String value) {
        return switch (event.operation()) {
            case Operation.Read(String seen) -> new Step(Objects.equals(seen, value), value);
            case Operation.Write(String written) -> new Step(true, written);
            case Operation.CompareAndSwap swap -> {
                boolean holds = Objects.equals(swap.expected(), value);
                // Unknown and the condition does not hold: no effect, as if it had never been.
                boolean possible = event.isUnknown() ? holds : holds == swap.swapped();
                yield new Step(possible, holds ? swap.value() : value);
            }
        };
    }
}
