package dev.ephor.cell;

import dev.ephor.paxos.Bytes;

/// What a client says on its stream. The protocol file of module `api` says what each field means;
/// the records here are the same without the encoding.
public sealed interface ClientMessage {
    /// Opens a session, or goes on with one after a lost connection or a fail-over. The first
    /// message of every stream.
    ///
    /// @param protocolVersion see [#PROTOCOL_VERSION]
    /// @param session 0 for a new session
    /// @param secret what [ServerMessage.Welcome] gave for this session; empty for a new one
    /// @param clientName for people who look at a cell
    /// @param leaseMillis the lease that the client would like; 0 for the cell's default
    /// @param epoch the epoch that the client last knew; 0 for none
    record Hello(
            int protocolVersion,
            long session,
            Bytes secret,
            String clientName,
            int leaseMillis,
            long epoch)
            implements ClientMessage {
        /// The version that this code speaks.
        public static final int PROTOCOL_VERSION = 1;
    }

    /// Answered when the lease is nearly out, or something is to be told (Chubby §2.8).
    record KeepAlive(long sequence) implements ClientMessage {}

    /// @param id rises by one with each request of a session, from 1; the same when sent again
    /// @param oldestOutstanding the client has the replies of all requests below this one, Acquires
    ///   that wait excepted
    /// @param call what is asked for
    record Request(long id, long oldestOutstanding, Call call) implements ClientMessage {}

    /// The client no longer wants the reply of a waiting Acquire.
    record Cancel(long id) implements ClientMessage {}

    /// Every event up to this sequence has been taken in by the client.
    record EventAck(long sequence) implements ClientMessage {}

    /// "Are you there?" Says nothing about leases.
    record Ping(long sequence) implements ClientMessage {}
}
