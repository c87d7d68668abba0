package dev.ephor.database;

import dev.ephor.log.Mastership;
import dev.ephor.paxos.Epoch;

/// The layer above the database, told in the order in which things happen, on the loop executor.
public interface DatabaseListener {
    /// Who wants to know no more than that this replica is master from now on.
    static DatabaseListener whenMaster(Runnable action) {
        return new DatabaseListener() {
            @Override
            public void masterStarted(Mastership mastership) {
                action.run();
            }
        };
    }

    /// This replica is master from here on, and [Database#state()] is all that its predecessors
    /// did.
    default void masterStarted(Mastership mastership) {}

    /// This replica is no longer master. What was proposed may or may not have taken effect.
    default void masterStopped() {}

    default void epochChanged(Epoch epoch) {}

    /// A command was applied, whoever submitted it.
    default void applied(long instance, MultiOpResult result) {}

    /// The whole state is another: this replica was far behind and was sent a snapshot.
    default void replaced(DatabaseState state) {}
}
