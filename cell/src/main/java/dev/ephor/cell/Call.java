package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;

/// What a request asks for (Chubby §2.6).
public sealed interface Call {
    /// What to do about a node that is not there.
    enum Create {
        /// The node must exist.
        NEVER,
        /// Made where it does not exist.
        IF_ABSENT,
        /// Must not exist.
        ALWAYS
    }

    /// @param write opened for writing contents and deleting
    /// @param events which events the client wants for this handle
    /// @param lockDelayMillis how long nobody else gets this handle's lock after its holder died
    /// @param kind of a node that is made
    /// @param ephemeral a node that is made is gone when no session has it open; files only
    /// @param contents of a file that is made
    /// @param parents makes the missing directories above it too
    record Open(
            String path,
            boolean write,
            EventTypes events,
            int lockDelayMillis,
            Create create,
            NodeKind kind,
            boolean ephemeral,
            Bytes contents,
            boolean parents)
            implements Call {}

    /// Releases a lock that is held through the handle. Closing a closed handle is no error.
    record Close(Bytes handle) implements Call {}

    record Read(NodeRef node) implements Call {}

    record GetStat(NodeRef node) implements Call {}

    /// @param after only names after this one; empty for all
    /// @param limit at most so many; 0: as many as fit one reply
    record ListChildren(NodeRef node, String after, int limit) implements Call {}

    /// @param ifGeneration only where the content generation is this one; with a path, 0 means:
    ///   only where there is no such file, make it
    /// @param sequencer only while this sequencer is valid; empty for no such condition
    /// @param create with a path: make the file where there is none
    /// @param parents with create: makes the missing directories above it too
    record Write(
            NodeRef node,
            Bytes contents,
            OptionalLong ifGeneration,
            String sequencer,
            boolean create,
            boolean parents)
            implements Call {}

    record Delete(NodeRef node, OptionalLong ifGeneration, String sequencer) implements Call {}

    /// @param blocking true: until it is granted, `waitMillis` at most (0: as long as the session
    ///   lives); false: now or not at all
    record Acquire(Bytes handle, LockMode mode, boolean blocking, int waitMillis) implements Call {}

    record Release(Bytes handle) implements Call {}

    record GetSequencer(Bytes handle) implements Call {}

    record CheckSequencer(String sequencer) implements Call {}

    /// From here on every write and delete through the handle is conditional on the sequencer.
    record SetSequencer(Bytes handle, String sequencer) implements Call {}

    record CloseSession() implements Call {}
}
