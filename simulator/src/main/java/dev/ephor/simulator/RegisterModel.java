package dev.ephor.simulator;

import dev.ephor.simulator.Linearizability.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A register with compare-and-swap: the contents of a file, null for no file.
record RegisterModel(@Nullable String before) implements Model<RegisterModel.Held, Operation> {
    /// What the register holds.
    ///
    /// @param isKnown false where it may be anything
    record Held(@Nullable String value, boolean isKnown) {}

    /// Stands for every value that nobody saw: what it was does not matter.
    private static final String UNSEEN = "\0 unseen";

    private static final Held ANYTHING = new Held(null, false);

    @Override
    public Held initial() {
        return new Held(before, true);
    }

    @Override
    public Held anything() {
        return ANYTHING;
    }

    @Override
    public @Nullable Held after(Held held, Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Read(String seen) -> {
                if (unknown) {
                    yield null;
                }
                yield !held.isKnown || Objects.equals(seen, held.value)
                        ? new Held(seen, true)
                        : null;
            }
            case Operation.Write(String written) -> new Held(written, true);
            case Operation.CompareAndSwap swap -> {
                boolean may = !held.isKnown || Objects.equals(swap.expected(), held.value);
                if (unknown || swap.swapped()) {
                    yield may ? new Held(swap.value(), true) : null;
                }
                yield held.isKnown && may ? null : held;
            }
        };
    }

    @Override
    public boolean observes(Operation operation) {
        return switch (operation) {
            case Operation.Read _ -> true;
            case Operation.Write _ -> false;
            case Operation.CompareAndSwap swap -> !swap.swapped();
        };
    }

    /// Where a value was written by one operation alone, whoever saw it saw that operation's: so an
    /// operation of unknown outcome whose value was seen took effect before that was answered, and
    /// one whose value nobody saw could only be why a swap found another value than it wanted.
    @Override
    public List<Timed<Operation>> simplified(List<Timed<Operation>> history) {
        Facts facts = new Facts(before, history);
        List<Timed<Operation>> left = new ArrayList<>(history);
        left.removeIf(each -> each.isUnknown() && each.operation() instanceof Operation.Read);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < left.size(); i++) {
                Timed<Operation> each = left.get(i);
                Long seen = each.isUnknown() ? facts.seenUntil(each) : null;
                if (seen != null) {
                    left.set(i, each.returning(seen, done(each.operation())));
                    facts.saw(left.get(i));
                    changed = true;
                }
            }
        }
        List<Timed<Operation>> simplified = new ArrayList<>(left.size());
        for (Timed<Operation> each : left) {
            if (!each.isUnknown() || !facts.isUnseen(each)) {
                simplified.add(each);
            } else if (facts.lastRefusal >= each.called()) {
                simplified.add(each.returning(each.returned(), unseen(each.operation())));
            }
        }
        return simplified;
    }

    /// What a history says about values.
    private static final class Facts {
        private final Map<String, Integer> writers = new HashMap<>();
        private final Map<String, Long> seenBy = new HashMap<>();

        /// Values that a swap wanted that certainly or maybe did not find them.
        private final Set<String> wanted = new HashSet<>();

        private long lastRefusal = Long.MIN_VALUE;

        Facts(@Nullable String before, List<Timed<Operation>> history) {
            if (before != null) {
                writers.put(before, 1);
            }
            for (Timed<Operation> each : history) {
                String written = written(each.operation());
                if (written != null) {
                    writers.merge(written, 1, Integer::sum);
                }
                saw(each);
                if (each.operation() instanceof Operation.CompareAndSwap swap
                        && (each.isUnknown() || !swap.swapped())) {
                    if (swap.expected() != null) {
                        wanted.add(swap.expected());
                    }
                    lastRefusal =
                            each.isUnknown() ? lastRefusal : Math.max(lastRefusal, each.returned());
                }
            }
        }

        private void saw(Timed<Operation> each) {
            String seen = each.isUnknown() ? null : seen(each.operation());
            if (seen != null) {
                seenBy.merge(seen, each.returned(), Math::min);
            }
        }

        private boolean isAlone(@Nullable String value) {
            return value != null && writers.getOrDefault(value, 0) == 1;
        }

        /// When somebody had seen for certain what this operation wrote; null where nobody had.
        private @Nullable Long seenUntil(Timed<Operation> writer) {
            String value = written(writer.operation());
            Long seen = isAlone(value) ? seenBy.get(value) : null;
            return seen == null || seen < writer.called() ? null : seen;
        }

        private boolean isUnseen(Timed<Operation> writer) {
            String value = written(writer.operation());
            return isAlone(value) && !seenBy.containsKey(value) && !wanted.contains(value);
        }
    }

    private static @Nullable String seen(Operation operation) {
        return switch (operation) {
            case Operation.Read(String value) -> value;
            case Operation.Write _ -> null;
            case Operation.CompareAndSwap swap -> swap.swapped() ? swap.expected() : null;
        };
    }

    private static @Nullable String written(Operation operation) {
        return switch (operation) {
            case Operation.Read _ -> null;
            case Operation.Write(String value) -> value;
            case Operation.CompareAndSwap swap -> swap.value();
        };
    }

    private static Operation done(Operation operation) {
        return operation instanceof Operation.CompareAndSwap swap
                ? new Operation.CompareAndSwap(swap.expected(), swap.value(), true)
                : operation;
    }

    private static Operation unseen(Operation operation) {
        return operation instanceof Operation.CompareAndSwap swap
                ? new Operation.CompareAndSwap(swap.expected(), UNSEEN, true)
                : new Operation.Write(UNSEEN);
    }

    @Override
    public String describe(Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Read(String seen) -> "read, saw " + quoted(seen);
            case Operation.Write(String value) -> "write " + quoted(value) + outcome(unknown, "");
            case Operation.CompareAndSwap swap ->
                    "swap "
                            + quoted(swap.expected())
                            + " for "
                            + quoted(swap.value())
                            + outcome(unknown, swap.swapped() ? "" : ", refused: another value");
        };
    }

    private static String outcome(boolean unknown, String known) {
        return unknown ? ", outcome unknown" : known;
    }

    private static String quoted(@Nullable String value) {
        return value == null ? "nothing" : "\"" + value + "\"";
    }
}
