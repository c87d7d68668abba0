package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/// A replica of a fault-tolerant log (PML §3): commands that are submitted at the master are given
/// to the [Application] of every replica, in the same order, and none is lost.
///
/// Methods may be called on any thread; futures complete on the environment's loop executor.
///
/// @param <R> what applying a command gives
public final class ReplicatedLog<R> implements AutoCloseable {
    private ReplicatedLog() {}

    /// Reads what the disk holds (on the calling thread), brings the application to that state, and
    /// starts to take part in the cell.
    ///
    /// @throws WrongDiskException the disk is not that of `identity`
    /// @throws DamagedException the disk lost what was safely on it
    /// @throws IOException the disk cannot be read or written
    public static <R> ReplicatedLog<R> open(
            Identity identity,
            LogSettings settings,
            Environment environment,
            Application<R> application)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Submits a command. The future gets what applying it at this replica gave, once it is chosen
    /// and applied; or one of
    /// - [NotMasterException], [OverloadedException]: never proposed, hence without effect;
    /// - [NotChosenException]: proposed, and certainly without effect;
    /// - [OutcomeUnknownException]: the replica closed, or a snapshot was installed over it, before
    ///   the outcome was known.
    ///
    /// It waits as long as the outcome is undecided: a master that lost its majority does not know.
    public CompletableFuture<R> submit(Bytes command) {
        throw new UnsupportedOperationException();
    }

    /// What this replica knows, as of its last tick.
    public ReplicaStatus status() {
        throw new UnsupportedOperationException();
    }

    /// Takes a snapshot now, beside the running operations. Fails with an [IOException] where it
    /// cannot be written, which costs nothing.
    public CompletableFuture<SnapshotHandle> takeSnapshot() {
        throw new UnsupportedOperationException();
    }

    /// Gives mastership up, if this replica has it, so that another can have it at once.
    public void stepDown(String why) {
        throw new UnsupportedOperationException();
    }

    /// Stops taking part. What was submitted and is undecided fails with [OutcomeUnknownException].
    /// The environment is its maker's to close.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
