package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The bugs that are planted on purpose, each a trap that somebody who writes this system can fall
/// into. The simulator should find every one of them; `docs/SIMULATOR.md` says which it does not
/// find yet.
final class Mutations {
    private static final List<Mutation> ALL =
            Stream.of(CoreMutations.ALL, LogMutations.ALL, CellMutations.ALL)
                    .flatMap(List::stream)
                    .toList();

    /// Every seed of every profile must find this one: a run of the simulator in which it is not
    /// found proves nothing.
    static final Mutation CANARY =
            new Mutation(
                    "canary",
                    "Nobody ever stands for election.",
                    "core",
                    "dev.ephor.paxos.GrantedLease",
                    "forbids",
                    new Change.Return(1));

    private Mutations() {}

    static List<Mutation> all() {
        return ALL;
    }

    static Optional<Mutation> named(String name) {
        return Stream.concat(ALL.stream(), Stream.of(CANARY))
                .filter(mutation -> mutation.name().equals(name))
                .findFirst();
    }
}
