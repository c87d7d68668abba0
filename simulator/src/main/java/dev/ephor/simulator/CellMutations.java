package dev.ephor.simulator;

import dev.ephor.simulator.Mutation.Change;
import java.util.List;

/// The bugs that are planted in the layers above the log.
final class CellMutations {
    private static final String CELL = "dev.ephor.cell.";
    private static final String CLIENT = "dev.ephor.client.";

    static final List<Mutation> ALL =
            List.of(
                    service(
                            "request-applied-twice",
                            "A request that is sent again after a lost connection "
                                    + "takes effect again.",
                            CELL + "Requests",
                            "evaluate",
                            new Change.Skip("View.outcome", 1, 0)),
                    service(
                            "holder-forgets-its-lease",
                            "A client says that its lock is valid whether its lease runs or not.",
                            CLIENT + "Lease",
                            "runs",
                            new Change.Return(1)),
                    service(
                            "sequencer-not-checked",
                            "A write under a lock that is no longer held takes effect.",
                            CELL + "View",
                            "isValid",
                            new Change.Return(1)),
                    service(
                            "lock-granted-to-everybody",
                            "A lock that is held is granted to whoever asks for it.",
                            CELL + "LockRow",
                            "admits",
                            new Change.Return(1)),
                    service(
                            "lock-delay-ignored",
                            "A lock whose holder died is granted at once.",
                            CELL + "Locks",
                            "admits",
                            new Change.Skip("View.delay", 1, 0)),
                    service(
                            "ephemeral-file-stays",
                            "An ephemeral file stays when the last handle is closed.",
                            CELL + "Nodes",
                            "take",
                            new Change.Skip("View.hasOpeners", 1, 1)),
                    service(
                            "events-not-told",
                            "Who watches a file is told nothing.",
                            CELL + "Watchers",
                            "tell",
                            new Change.Return(0)),
                    service(
                            "sessions-without-lease-after-fail-over",
                            "A new master does not let the sessions live for as long as the "
                                    + "one before it may have promised.",
                            CELL + "Sessions",
                            "recover",
                            new Change.Skip("SessionRow.longestLeaseMillis", 1, 0)),
                    service(
                            "answers-without-the-lease",
                            "A master answers and extends leases without having its own.",
                            CELL + "Pipeline",
                            "whenLeased",
                            new Change.Skip("Mastership.leaseValid", 1, 1)),
                    service(
                            "master-reads-without-lease",
                            "A master answers from its rows without having the lease.",
                            CELL + "Reign",
                            "read",
                            new Change.Skip("Mastership.leaseValid", 1, 1)),
                    service(
                            "generation-not-compared",
                            "A conditional write takes effect whoever wrote before.",
                            CELL + "Nodes",
                            "checkGeneration",
                            new Change.Return(0)),
                    service(
                            "lock-generation-stands-still",
                            "A lock has the same generation each time it is granted.",
                            CELL + "LockRow",
                            "heldBy",
                            new Change.Skip("Math.max", 1, 0)),
                    service(
                            "told-before-it-is-certain",
                            "What rests on a change that is under way is told at once.",
                            CELL + "Pipeline",
                            "whenSettled",
                            new Change.Skip("ArrayDeque.peekLast", 1, 0)),
                    service(
                            "dead-session-lives-on",
                            "A session whose lease has run out keeps what it has.",
                            CELL + "Sessions",
                            "leaseOver",
                            new Change.Return(0)),
                    service(
                            "dead-holder-keeps-its-lock",
                            "A session ends, and its lock stays held.",
                            CELL + "Nodes",
                            "take",
                            new Change.Skip("Locks.take", 1, 0)),
                    service(
                            "cut-off-master-stays",
                            "A master that clients do not reach stays master.",
                            "dev.ephor.server.Stranded",
                            "noted",
                            new Change.Return(0)));

    private CellMutations() {}

    /// @param type with its package: a bug of the service may be in any layer
    private static Mutation service(
            String name, String trap, String type, String method, Change change) {
        return new Mutation(name, trap, "cell", type, method, change);
    }
}
