package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalLong;

/// What a user of the log brings: a deterministic state machine that is told every value in order,
/// on every replica. All methods run on the loop executor, except where they say otherwise, and
/// must not block.
///
/// @param <R> what applying a command gives; the submitter's future gets it
public interface Application<R> {
    /// Forget everything and become what the snapshot says. Called before anything else at a start
    /// with a snapshot, and later where this replica was so far behind that it was sent one.
    /// `restored` was made by [#read].
    void restore(SnapshotHandle handle, Object restored);

    /// Reads a snapshot that [SnapshotWriter#write] wrote, here or at another replica, and checks
    /// it; changes nothing of the running state. Runs on the background executor (at a start: on
    /// the starting thread).
    ///
    /// @throws IOException it is not what was written
    /// @throws LaterFormatException it is whole, and of a format that this release does not know
    Object read(SnapshotHandle handle, InputStream in) throws IOException;

    /// The epoch is another from this instance on (PML §5.3). Comes in its place in the order of
    /// instances.
    void epochChanged(Epoch epoch);

    /// Applies one command. Every replica does the same with it, whoever submitted it; a command
    /// that is malformed gives a result that says so and changes nothing. One of a later format
    /// must not be passed over like that, because replicas of that release do not: the replica
    /// stops.
    ///
    /// @throws LaterFormatException it is of a format that this release does not know
    /// @param instance the instance whose value the command is part of
    /// @param command as submitted
    R apply(long instance, Bytes command);

    /// All commands of this instance, and of every one before it, are applied. (An instance without
    /// commands, a no-op say, is announced here too.)
    void applied(long instance);

    /// Takes hold of the state as it is now, in constant time; it is written elsewhere, later,
    /// while commands go on. (PML §5.5 has the application ask for a handle first. Here the log
    /// asks, when one is due or [ReplicatedLog#takeSnapshot] was called, and ties its handle to the
    /// state of this very moment, so that they cannot be mixed up.)
    SnapshotWriter snapshot();

    /// A checksum of the whole state as it is now, where it is known at once; replicas compare it
    /// at equal instances (PML §6.2).
    OptionalLong checksum();

    /// This replica is master from here on: the epoch is its own and everything below it is
    /// applied. Serve reads only while [Mastership#leaseValid()].
    void masterStarted(Mastership mastership);

    /// This replica is no longer master.
    void masterStopped();

    /// A state that was taken hold of.
    interface SnapshotWriter {
        /// Writes the state, at leisure: it may take as long as it likes. Runs on the background
        /// executor. To return is to report that it is done: the snapshot counts once it is safely
        /// on disk, and the log is truncated then. To throw is to report that it failed: nothing
        /// counts, and another one is asked for later.
        ///
        /// Where replicas write equal bytes for equal states, they can complete each other's
        /// transfers.
        void write(OutputStream out) throws IOException;
    }
}
