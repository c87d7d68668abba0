package dev.ephor.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an object would answer if everything were asked of it one after the other.
///
/// @param <S> its state; equal where it would answer everything in the same way
/// @param <O> an operation, with what was answered
interface Model<S, O> {
    /// Before the first operation.
    S initial();

    /// A state of which nothing is known: an object in it contradicts nobody until it has answered
    /// something.
    S anything();

    /// The state after the operation; null where an object in this state would have answered
    /// something else, or where an operation of unknown outcome would have had no effect.
    ///
    /// @param unknown true where nobody was told what came of it: then only its effect counts
    @Nullable S after(S state, O operation, boolean unknown);

    /// True where the operation changes nothing, whatever it answers.
    boolean observes(O operation);

    /// True where this operation is possible, and yet one of unknown outcome may have to be taken
    /// before it for what comes later. What only makes possible what was not needs no word here.
    default boolean mayHideAnother(S state, O operation) {
        return false;
    }

    /// The same history without what cannot matter to whether it is possible: with fewer operations
    /// of unknown outcome there is less to search.
    List<Timed<O>> simplified(List<Timed<O>> history);

    /// In words, for people.
    String describe(O operation, boolean unknown);

    /// An operation and when it was under way.
    ///
    /// @param called when it was called, on a clock that all callers share
    /// @param returned when it returned; [Linearizability#NEVER] where its outcome is unknown: then
    ///   it may have taken effect at any time since it was called, or not at all
    /// @param place where it was read: the line of its call, 0 for none
    record Timed<O>(long called, long returned, O operation, String process, int place) {
        boolean isUnknown() {
            return returned == Linearizability.NEVER;
        }

        Timed<O> returning(long time, O as) {
            return new Timed<>(called, Math.max(called, time), as, process, place);
        }
    }
}
