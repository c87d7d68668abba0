package dev.ephor.simulator;

import dev.ephor.simulator.Model.Timed;
import dev.ephor.simulator.OrderSearch.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is wrong with a history of one object, as small as it can be shown: no order of the
/// operations in a window of time explains what they were told, whatever the state at its beginning
/// was.
sealed interface Contradiction {
    /// Nothing: some order explains everything.
    record None() implements Contradiction {}

    /// The search gave up.
    ///
    /// @param after what was too much
    record Undecided(int operations, String after) implements Contradiction {
        @Override
        public String toString() {
            return "undecided: the search gave up "
                    + after
                    + ", with too many of the "
                    + operations
                    + " operations under way at a time, or of unknown outcome";
        }
    }

    /// These operations have no order.
    ///
    /// @param fromStart true where it matters what was there at the beginning of the history
    /// @param window by the time of the call
    /// @param unknown how many operations of unknown outcome might have helped, and do not
    record Found<O>(Model<?, O> model, boolean fromStart, List<Timed<O>> window, int unknown)
            implements Contradiction {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("no order of these operations explains");
            text.append(" what they were told");
            text.append(fromStart ? ", with nothing there at the beginning:\n" : ":\n");
            long origin = window.isEmpty() ? 0 : window.getFirst().called();
            for (Timed<O> each : window) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "  %s%12.3f to %12s ms  %-12s %s%n",
                                each.place() == 0 ? "" : "line %-7d".formatted(each.place()),
                                (each.called() - origin) / 1e6,
                                each.isUnknown()
                                        ? "?"
                                        : "%.3f".formatted((each.returned() - origin) / 1e6),
                                each.process(),
                                model.describe(each.operation(), each.isUnknown())));
            }
            if (unknown > 0) {
                text.append("  and ")
                        .append(unknown)
                        .append(" of unknown outcome, called earlier, cannot explain it either\n");
            }
            return text.toString();
        }
    }

    /// Judges a history of one object.
    static <S, O> Contradiction find(Model<S, O> model, List<Timed<O>> history) {
        return find(model, history, OrderSearch.MOST_STATES);
    }

    /// @param most so many states are looked at before the search gives up
    static <S, O> Contradiction find(Model<S, O> model, List<Timed<O>> history, int most) {
        try {
            return new Finder<>(model, model.simplified(history), most).find();
        } catch (OutOfMemoryError _) {
            // What filled the memory is gone with the search: other objects can still be judged.
            return new Undecided(history.size(), "when there was no memory left");
        }
    }

    /// Makes a history that has no order smaller, as long as what is left has none.
    final class Finder<S, O> {
        /// Of more operations than these, none is left out one by one.
        private static final int MOST_SHOWN = 200;

        private final Model<S, O> model;
        private final List<Timed<O>> history;
        private final int most;

        Finder(Model<S, O> model, List<Timed<O>> history, int most) {
            this.model = model;
            this.history = history;
            this.most = most;
        }

        Contradiction find() {
            OrderSearch<S, O> quick = new OrderSearch<>(model, history);
            Verdict verdict =
                    quick.run(model.initial(), Math.min(most, 10_000 + 4 * history.size()));
            if (verdict == Verdict.POSSIBLE) {
                return new None();
            }
            Found<O> near = near(until(history, quick.stuckAt()));
            if (near != null) {
                return near;
            }
            if (verdict == Verdict.GAVE_UP) {
                verdict = new OrderSearch<>(model, history).run(model.initial(), most);
            }
            return switch (verdict) {
                case POSSIBLE -> new None();
                case GAVE_UP -> new Undecided(history.size(), "after " + most + " states");
                case IMPOSSIBLE -> smallest(history, true);
            };
        }

        /// Mostly the contradiction lies shortly before the place where the search got stuck, and
        /// to show it there is much less work than to try everything. Null where it does not.
        private @Nullable Found<O> near(List<Timed<O>> part) {
            List<Long> returns = returns(part);
            for (int length = 8; length < 2 * returns.size(); length *= 2) {
                long begin = returns.get(Math.max(0, returns.size() - length));
                List<Timed<O>> window = since(part, begin);
                if (isImpossible(window, model.anything(), Math.min(most, 50_000))) {
                    return smallest(window, false);
                }
            }
            return null;
        }

        private boolean isImpossible(List<Timed<O>> part, S initial) {
            return isImpossible(part, initial, OrderSearch.MOST_STATES);
        }

        private boolean isImpossible(List<Timed<O>> part, S initial, int most) {
            return new OrderSearch<>(model, part).run(initial, most) == Verdict.IMPOSSIBLE;
        }

        private List<Long> returns(List<Timed<O>> part) {
            return part.stream()
                    .filter(each -> !each.isUnknown())
                    .map(Timed::returned)
                    .distinct()
                    .sorted()
                    .toList();
        }

        /// The earliest end and then the latest beginning.
        ///
        /// @param fromStart true where the part begins with what was there at first
        private Found<O> smallest(List<Timed<O>> part, boolean fromStart) {
            S initial = fromStart ? model.initial() : model.anything();
            List<Long> returns = returns(part);
            int end =
                    firstTrue(
                            returns.size() - 1,
                            i -> isImpossible(until(part, returns.get(i)), initial));
            List<Timed<O>> upTo = until(part, returns.get(end));
            if (fromStart && !isImpossible(upTo, model.anything())) {
                return shown(upTo, true);
            }
            // The latest beginning, counted backwards from the end.
            int length =
                    firstTrue(
                            end,
                            i -> isImpossible(since(upTo, returns.get(end - i)), model.anything()));
            return shown(since(upTo, returns.get(end - length)), false);
        }

        private interface Test {
            boolean holds(int index);
        }

        /// The lowest index from which on the test holds; it holds at `last`.
        private static int firstTrue(int last, Test test) {
            int low = 0;
            int high = last;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (test.holds(middle)) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        /// What was known at that time: what had not returned yet is of unknown outcome.
        private List<Timed<O>> until(List<Timed<O>> all, long time) {
            List<Timed<O>> part = new ArrayList<>();
            for (Timed<O> each : all) {
                if (each.called() <= time) {
                    part.add(
                            each.returned() <= time
                                    ? each
                                    : each.returning(Linearizability.NEVER, each.operation()));
                }
            }
            return part;
        }

        private List<Timed<O>> since(List<Timed<O>> part, long time) {
            return part.stream().filter(each -> each.returned() >= time).toList();
        }

        /// Leaves out one observation after the other, as long as the rest is impossible.
        private Found<O> shown(List<Timed<O>> part, boolean fromStart) {
            S initial = fromStart ? model.initial() : model.anything();
            List<Timed<O>> left = new ArrayList<>(part);
            if (part.size() <= MOST_SHOWN) {
                for (Timed<O> each : part) {
                    if (!each.isUnknown() && model.observes(each.operation())) {
                        left.remove(each);
                        if (!isImpossible(left, initial)) {
                            left.add(each);
                        }
                    }
                }
            }
            left.sort(Comparator.comparingLong(Timed::called));
            List<Timed<O>> window = left.stream().filter(each -> !each.isUnknown()).toList();
            return new Found<>(model, fromStart, window, left.size() - window.size());
        }
    }
}
