package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;

/// A bug to plant: where it goes, and what it does there.
///
/// @param name how the command line calls it
/// @param trap the mistake that it stands for, in a sentence
/// @param profile the smallest profile that can find it
/// @param sites where it goes: several where one rule stands behind another, and only both together
///   are the trap
public record Mutation(String name, String trap, String profile, List<Site> sites) {
    public Mutation {
        sites = List.copyOf(sites);
    }

    Mutation(
            String name,
            String trap,
            String profile,
            String className,
            String method,
            Change change) {
        this(name, trap, profile, List.of(new Site(className, method, change)));
    }

    /// The same bug, with what would catch it gone too.
    Mutation with(String className, String method, Change change) {
        List<Site> more = new ArrayList<>(sites);
        more.add(new Site(className, method, change));
        return new Mutation(name, trap, profile, more);
    }

    /// One place.
    ///
    /// @param className the class that is rewritten when it is loaded
    /// @param method the method of that class, and everything inside it; `*` for all methods
    /// @param change what is done to the method
    public record Site(String className, String method, Change change) {}

    /// A small rewriting of a method's code.
    public sealed interface Change {
        /// The method does nothing but return this (0 and 1 for booleans, nothing, an empty list or
        /// an empty text for objects).
        record Return(long value) implements Change {}

        /// Calls of `owner.method` are not made and give this instead. Owners are simple class
        /// names.
        ///
        /// @param nth which of the calls, from 1; 0 for all
        record Skip(String callee, int nth, long value) implements Change {}

        /// Calls of `owner.method`, which gives a boolean, give the opposite.
        record Negate(String callee, int nth) implements Change {}

        /// Calls of `owner.method` go to the static method of this name in [Sabotage], with the
        /// same arguments (the receiver first).
        record Redirect(String callee, int nth, String sabotage) implements Change {}

        /// Calls of `owner.method`, which takes nothing, call this method of the same owner
        /// instead.
        record Instead(String callee, int nth, String other) implements Change {}

        /// The method gives what this method of the same object, which takes nothing, gives.
        record Answer(String other) implements Change {}

        /// Of the conditional branches, counted from 1, some are never taken and some always.
        record Jump(List<Integer> never, List<Integer> always) implements Change {}
    }
}
