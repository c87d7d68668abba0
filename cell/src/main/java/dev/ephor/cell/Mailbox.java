package dev.ephor.cell;

import dev.ephor.paxos.Bytes;

/// Says things to clients: answers, and events, which are kept until their client has acknowledged
/// them. Confined to the loop.
final class Mailbox {
    private final Outbox outbox;
    private final Paths paths;
    private final int maxEvents;
    private final KeepAlives keepAlives;

    /// Answers a KeepAlive that waits.
    interface KeepAlives {
        void answer(Session session);
    }

    Mailbox(Outbox outbox, Paths paths, int maxEvents, KeepAlives keepAlives) {
        this.outbox = outbox;
        this.paths = paths;
        this.maxEvents = maxEvents;
        this.keepAlives = keepAlives;
    }

    /// The request is done with. Where its client is away the answer is lost, and the client asks
    /// again.
    void answer(Session session, long request, Answer answer) {
        session.active.remove(request);
        send(session, new ServerMessage.Reply(request, answer));
    }

    void send(Session session, ServerMessage message) {
        StreamId stream = session.stream;
        if (stream != null && session.welcomed) {
            outbox.send(stream, message);
        }
    }

    /// Tells the handle's client what happened.
    void event(OpenHandle handle, Happening happening) {
        event(
                handle.session(),
                happening.type(),
                handle.form(),
                paths.full(handle.path()),
                happening.child(),
                happening.contentGeneration());
    }

    /// Tells the session that it may have missed events.
    void failedOver(Session session) {
        event(session, EventType.MASTER_FAILED_OVER, Bytes.EMPTY, "", "", 0);
    }

    private void event(
            Session session,
            EventType type,
            Bytes handle,
            String path,
            String child,
            long contentGeneration) {
        if (session.isEnding()) {
            return;
        }
        if (session.events.size() >= maxEvents && type != EventType.MASTER_FAILED_OVER) {
            // More than it can be made to take in: one word instead of them all.
            session.events.clear();
            failedOver(session);
        }
        ServerMessage.Event event =
                new ServerMessage.Event(
                        ++session.lastEvent, type, handle, path, child, contentGeneration);
        session.events.add(event);
        if (session.stream != null && session.welcomed) {
            send(session, event);
            keepAlives.answer(session);
        }
    }

    /// Sends what the client has not acknowledged, on a stream that was just welcomed.
    void resend(Session session) {
        session.events.forEach(event -> send(session, event));
    }

    void acknowledged(Session session, long sequence) {
        while (!session.events.isEmpty() && session.events.peek().sequence() <= sequence) {
            session.events.remove();
        }
    }

    /// The stream has nothing more to say or to hear.
    void end(StreamId stream, Goodbye.Reason reason, String detail) {
        outbox.end(stream, new Goodbye(reason, detail));
    }
}
