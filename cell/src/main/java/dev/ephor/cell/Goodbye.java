package dev.ephor.cell;

/// Why a stream ends.
public record Goodbye(Reason reason, String detail) {
    /// What the client is to make of it.
    public enum Reason {
        /// Go to the master; the owner of the streams knows its address.
        NOT_MASTER,
        /// The session is over; its locks and ephemeral files are gone, or will be soon.
        SESSION_EXPIRED,
        /// The client sent something that no correct client sends.
        PROTOCOL_ERROR,
        /// Too many sessions; come back later.
        OVERLOADED,
        /// Another stream took over this session.
        SUPERSEDED,
        /// The session was closed as the client asked.
        CLOSED
    }
}
