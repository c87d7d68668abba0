package dev.ephor.cell;

/// Takes what the cell says to its clients. Called on the loop; must not block, and must not call
/// the cell back before it returns. Messages for one stream arrive in the order in which they were
/// sent; those for a stream that is gone are dropped.
public interface Outbox {
    void send(StreamId stream, ServerMessage message);

    /// The last word on a stream. The cell has forgotten the stream; it need not be told that it
    /// closed.
    void end(StreamId stream, Goodbye goodbye);
}
