package dev.ephor.cell;

import dev.ephor.paxos.Bytes;

/// What the master says on a client's stream, except the last word, which is [Goodbye].
public sealed interface ServerMessage {
    /// The first on a stream that was accepted.
    ///
    /// @param leaseMillis the session lives at least this long, counted from when the client sent
    ///   Hello
    /// @param resumed the session was there already
    record Welcome(
            long session,
            Bytes secret,
            int leaseMillis,
            long epoch,
            String cell,
            boolean resumed,
            CellSettings limits)
            implements ServerMessage {}

    /// @param heldMillis how long the master held the KeepAlive before it answered
    /// @param leaseMillis from the answer on the session lives at least this long
    record KeepAliveReply(long sequence, int heldMillis, int leaseMillis)
            implements ServerMessage {}

    record Reply(long id, Answer answer) implements ServerMessage {}

    /// Sent after what it tells of has taken effect.
    ///
    /// @param sequence rises by one with each event of a session under one master
    /// @param handle as in the answer that the client got the handle from; empty where the event is
    ///   about the whole session
    /// @param path canonical: `/ls/`, the cell's name, and the path; empty where handle is
    /// @param child for events about children, the child's name
    record Event(
            long sequence,
            EventType type,
            Bytes handle,
            String path,
            String child,
            long contentGeneration)
            implements ServerMessage {}

    record Pong(long sequence) implements ServerMessage {}
}
