package dev.ephor.client;

/// How a session stands (Chubby §2.9). A fail-over shorter than what is left of the lease, which is
/// about half of it at least, is not noticed at all; one shorter than the grace period is
/// [#JEOPARDY] and then [#SAFE] again, with every lock and handle kept.
public enum SessionState {
    /// The lease runs: what the session holds it holds.
    SAFE,
    /// The lease ran out by the client's own clock and no master has renewed it yet. Locks may be
    /// held still, or may be lost already: do nothing that needs one until it is clear.
    JEOPARDY,
    /// The session is over (or was closed): its locks and ephemeral files are gone. Final.
    EXPIRED
}
