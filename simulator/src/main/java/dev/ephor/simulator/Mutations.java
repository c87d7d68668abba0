package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;
import java.util.Optional;

/// The bugs that are planted on purpose, each a trap that somebody who writes this system can fall
/// into. The simulator must find every one of them.
final class Mutations {
    private static final List<Mutation> ALL =
            List.of(
                    new Mutation(
                            "minority-quorum",
                            "One vote less than a majority is taken for a majority.",
                            "core",
                            "dev.ephor.paxos.Membership",
                            "majority",
                            new Change.Return(1)));

    private Mutations() {}

    static List<Mutation> all() {
        return ALL;
    }

    static Optional<Mutation> named(String name) {
        return ALL.stream().filter(mutation -> mutation.name().equals(name)).findFirst();
    }
}
