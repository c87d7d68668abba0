package dev.ephor.simulator;

import dev.ephor.simulator.Model.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Judges whether a history of one register is linearizable: whether there is one order of the
/// operations that respects real time and that a register would have given the same answers in.
/// Judge each register for itself: a history is linearizable if each register's part is. See
/// [OrderSearch] for how, and [HistoryJudge] for histories in files.
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
    }

    private Linearizability() {}

    /// Empty where the history is linearizable; otherwise what could not be put in order.
    public static Optional<String> violation(List<Event> history, @Nullable String initial) {
        List<Timed<Operation>> operations = new ArrayList<>(history.size());
        for (Event event : history) {
            operations.add(new Timed<>(event.called(), event.returned(), event.operation(), "", 0));
        }
        return switch (Contradiction.find(new RegisterModel(initial), operations)) {
            case Contradiction.None _ -> Optional.empty();
            case Contradiction.Undecided undecided -> Optional.of(undecided.toString());
            case Contradiction.Found<?> found -> Optional.of(found.toString());
        };
    }
}
