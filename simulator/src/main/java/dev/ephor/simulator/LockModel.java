package dev.ephor.simulator;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A lock with sequencers: held by one alone or shared by many; each time that it goes from free to
/// held its generation rises, and those who share it share the generation.
record LockModel() implements Model<LockModel.Held, LockModel.Operation> {
    /// What was asked of a lock, and what was answered.
    sealed interface Operation {
        /// Got the lock, with a sequencer of this generation; or, where the outcome is unknown: may
        /// have got it, with some generation, and may have lost it at any time since.
        record Acquire(boolean exclusive, @Nullable Long generation) implements Operation {}

        /// Gave the lock of this generation back; or, where the outcome is unknown: may have lost
        /// it.
        record Release(long generation) implements Operation {}

        /// Asked whether the sequencer of this generation is valid.
        record Check(boolean exclusive, long generation, boolean valid) implements Operation {}
    }

    /// Who else has the lock: somebody who was never told that he got it, which an acquire of
    /// unknown outcome may have come to. He may lose it again at any time, since no line can say
    /// that he does.
    enum Untold {
        NOBODY,

        /// Has it with the generation of the last holding, alone or beside those who share it.
        HOLDS,

        /// Has it with some higher generation, of which nothing more is known.
        HOLDS_ABOVE
    }

    /// How the lock is held.
    ///
    /// @param generation of the last holding
    /// @param holders how many hold it now and were told
    /// @param isKnown false where nothing is known but that the generation is no lower
    record Held(long generation, int holders, boolean exclusive, Untold untold, boolean isKnown) {
        private Held with(int others) {
            return new Held(generation, others, exclusive, untold, true);
        }

        private Held with(Untold other) {
            return new Held(generation, holders, exclusive, other, true);
        }

        private boolean isFor(boolean otherExclusive, long other) {
            return exclusive == otherExclusive && generation == other;
        }

        /// Whether somebody who was never told may hold it with this generation, and nobody else.
        private boolean isUntold(boolean otherExclusive, long other) {
            return holders == 0
                    && exclusive == otherExclusive
                    && switch (untold) {
                        case NOBODY -> false;
                        case HOLDS -> other == generation;
                        case HOLDS_ABOVE -> other > generation;
                    };
        }
    }

    @Override
    public Held initial() {
        return new Held(0, 0, false, Untold.NOBODY, true);
    }

    @Override
    public Held anything() {
        return new Held(Long.MIN_VALUE, 0, false, Untold.NOBODY, false);
    }

    @Override
    public @Nullable Held after(Held held, Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Acquire acquire ->
                    unknown ? maybeAcquired(held, acquire) : acquired(held, acquire);
            case Operation.Release(long generation) -> released(held, generation);
            case Operation.Check check -> unknown ? null : checked(held, check);
        };
    }

    private static @Nullable Held acquired(Held held, Operation.Acquire acquire) {
        long generation = Objects.requireNonNull(acquire.generation());
        boolean exclusive = acquire.exclusive();
        if (!held.isKnown) {
            // Others may share it already, and how many is not known.
            return generation < held.generation
                    ? null
                    : new Held(generation, 1, exclusive, Untold.NOBODY, exclusive);
        }
        if (held.holders > 0) {
            boolean joins = !exclusive && held.isFor(false, generation);
            return joins ? held.with(held.holders + 1) : null;
        }
        if (!exclusive && held.isUntold(false, generation)) {
            return new Held(generation, 1, false, Untold.HOLDS, true);
        }
        return generation > held.generation
                ? new Held(generation, 1, exclusive, Untold.NOBODY, true)
                : null;
    }

    /// Where nothing is known of the lock, nobody else who has it is needed to explain anything.
    /// One who has it with a generation that nothing was told of yet may as well have got it later.
    private static @Nullable Held maybeAcquired(Held held, Operation.Acquire acquire) {
        if (!held.isKnown || held.untold == Untold.HOLDS_ABOVE) {
            return null;
        }
        if (held.holders > 0) {
            boolean joins = !held.exclusive && !acquire.exclusive();
            return joins && held.untold == Untold.NOBODY ? held.with(Untold.HOLDS) : null;
        }
        return new Held(held.generation, 0, acquire.exclusive(), Untold.HOLDS_ABOVE, true);
    }

    /// Who was never told may lose the lock anyway, so of two who have it the other one gave it
    /// back.
    private static @Nullable Held released(Held held, long generation) {
        if (!held.isKnown) {
            return held.generation <= generation ? held : null;
        }
        if (held.holders > 0) {
            return held.generation == generation ? held.with(held.holders - 1) : null;
        }
        return held.isUntold(held.exclusive, generation)
                ? new Held(generation, 0, held.exclusive, Untold.NOBODY, true)
                : null;
    }

    private static @Nullable Held checked(Held held, Operation.Check check) {
        boolean exclusive = check.exclusive();
        long generation = check.generation();
        if (!held.isKnown) {
            return !check.valid() || held.generation <= generation ? held : null;
        }
        if (held.holders > 0) {
            return held.isFor(exclusive, generation) == check.valid() ? held : null;
        }
        if (check.valid()) {
            return held.isUntold(exclusive, generation)
                    ? new Held(generation, 0, exclusive, Untold.HOLDS, true)
                    : null;
        }
        boolean isLost = held.untold == Untold.HOLDS && held.isFor(exclusive, generation);
        return isLost ? held.with(Untold.NOBODY) : held;
    }

    @Override
    public boolean observes(Operation operation) {
        return operation instanceof Operation.Check;
    }

    /// The last of those who share a lock gives it back: somebody else may have it still, who was
    /// never told, and only who comes later and shares it with him shows that.
    @Override
    public boolean mayHideAnother(Held held, Operation operation) {
        return held.isKnown
                && operation instanceof Operation.Release
                && held.holders == 1
                && !held.exclusive
                && held.untold == Untold.NOBODY;
    }

    /// Nobody was told anything by a check of unknown outcome.
    @Override
    public List<Timed<Operation>> simplified(List<Timed<Operation>> history) {
        return history.stream()
                .filter(each -> !each.isUnknown() || !(each.operation() instanceof Operation.Check))
                .toList();
    }

    @Override
    public String describe(Operation operation, boolean unknown) {
        return switch (operation) {
            case Operation.Acquire(boolean exclusive, Long generation) ->
                    "acquire "
                            + mode(exclusive)
                            + (unknown ? ", outcome unknown" : ", got generation " + generation);
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
