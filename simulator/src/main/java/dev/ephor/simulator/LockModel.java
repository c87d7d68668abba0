package dev.ephor.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lock with sequencers: held by one alone or shared by many; each time that it goes from free to
/// held its generation rises, and those who share it share the generation.
record LockModel() implements Model<LockModel.Held, LockModel.Operation> {
    /// What was asked of a lock, and what was answered.
    sealed interface Operation {
        /// Got the lock, with a sequencer of this generation.
        record Acquire(boolean exclusive, long generation) implements Operation {}

        /// Gave the lock of this generation back; or, where the outcome is unknown: may have lost
        /// it.
        record Release(long generation) implements Operation {}

        /// Asked whether the sequencer of this generation is valid.
        record Check(boolean exclusive, long generation, boolean valid) implements Operation {}
    }

    /// How the lock is held.
    ///
    /// @param generation of the last holding
    /// @param holders how many hold it now
    /// @param isKnown false where nothing is known but that the generation is no lower
    record Held(long generation, int holders, boolean exclusive, boolean isKnown) {
        private Held with(int others) {
            return new Held(generation, others, exclusive, true);
        }
    }

    @Override
    public Held initial() {
        return new Held(0, 0, false, true);
    }

    @Override
    public Held anything() {
        return new Held(Long.MIN_VALUE, 0, false, false);
    }

    @Override
    public @Nullable Held after(Held held, Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Acquire acquire -> unknown ? null : acquired(held, acquire);
            case Operation.Release(long generation) -> released(held, generation);
            case Operation.Check check -> unknown ? null : checked(held, check);
        };
    }

    private static @Nullable Held acquired(Held held, Operation.Acquire acquire) {
        long generation = acquire.generation();
        if (!held.isKnown) {
            // Others may share it already, and how many is not known.
            return generation < held.generation
                    ? null
                    : new Held(generation, 1, acquire.exclusive(), acquire.exclusive());
        }
        if (held.holders == 0) {
            return generation > held.generation
                    ? new Held(generation, 1, acquire.exclusive(), true)
                    : null;
        }
        boolean joins = !held.exclusive && !acquire.exclusive() && generation == held.generation;
        return joins ? held.with(held.holders + 1) : null;
    }

    private static @Nullable Held released(Held held, long generation) {
        if (!held.isKnown) {
            return held.generation <= generation ? held : null;
        }
        return held.generation == generation && held.holders > 0
                ? held.with(held.holders - 1)
                : null;
    }

    private static @Nullable Held checked(Held held, Operation.Check check) {
        if (!held.isKnown) {
            return !check.valid() || held.generation <= check.generation() ? held : null;
        }
        boolean valid =
                held.holders > 0
                        && held.generation == check.generation()
                        && held.exclusive == check.exclusive();
        return valid == check.valid() ? held : null;
    }

    @Override
    public boolean observes(Operation operation) {
        return operation instanceof Operation.Check;
    }

    /// Whether somebody got the lock who was never told does not matter: nobody else is told of it
    /// either, and the lock may be lost at any time.
    @Override
    public List<Timed<Operation>> simplified(List<Timed<Operation>> history) {
        return history.stream()
                .filter(each -> !each.isUnknown() || each.operation() instanceof Operation.Release)
                .toList();
    }

    @Override
    public String describe(Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Acquire(boolean exclusive, long generation) ->
                    "acquire " + mode(exclusive) + ", got generation " + generation;
            case Operation.Release(long generation) ->
                    "release of generation " + generation + (unknown ? ", outcome unknown" : "");
            case Operation.Check(boolean exclusive, long generation, boolean valid) ->
                    "check of generation "
                            + generation
                            + " "
                            + mode(exclusive)
                            + ": "
                            + (valid ? "valid" : "not valid");
        };
    }

    private static String mode(boolean exclusive) {
        return exclusive ? "exclusive" : "shared";
    }
}
