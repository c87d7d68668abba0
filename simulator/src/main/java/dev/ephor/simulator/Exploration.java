package dev.ephor.simulator;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What [Explorer] came to. Made of what every class loader shares, as [Outcome] is.
///
/// @param states of the cell
/// @param transitions between them, tried
/// @param depth the most steps that the shortest way to a state has
/// @param localStates states of single replicas
/// @param coreSteps inputs that the core was given
/// @param complete true where everything within the bounds was looked at
/// @param wrong the rule that was broken; null where none was
/// @param story how, in as few steps as can be
public record Exploration(
        long states,
        long transitions,
        int depth,
        int localStates,
        int coreSteps,
        boolean complete,
        @Nullable String wrong,
        List<String> story) {

    /// @param mutation a bug to plant first; null for none
    /// @param layers is told after each layer (all that is as many steps from the beginning) what
    ///   was looked at so far
    static Exploration of(Bounds bounds, @Nullable Mutation mutation, Consumer<String> layers) {
        return mutation == null
                ? Explorer.explore(layers, bounds.numbers())
                : new MutantLoader(mutation).explore(layers, bounds.numbers());
    }

    String verdict() {
        if (wrong != null) {
            return "BROKEN";
        }
        return complete ? "complete" : "unfinished";
    }
}
