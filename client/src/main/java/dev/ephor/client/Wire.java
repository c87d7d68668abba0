package dev.ephor.client;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.ServerMessage;

/// One stream of messages to one replica. Ordered and reliable until it breaks; what was in flight
/// then may or may not have arrived. All methods are called on the session's loop, and so is the
/// listener.
public interface Wire {
    /// Queues a message; never blocks. Ignored after the wire was closed.
    void send(ClientMessage message);

    /// Gives the stream up. The listener may still hear of messages that were on their way; the
    /// session ignores them.
    void close();

    /// What the session is told of a wire.
    interface Listener {
        void received(ServerMessage message);

        /// The stream ended or could not be opened. Called once at most; nothing comes after it.
        ///
        /// @param why for the message of an exception, if it comes to that
        void closed(String why);
    }
}
