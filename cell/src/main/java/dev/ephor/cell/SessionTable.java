package dev.ephor.cell;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/// The sessions of one mastership, and the streams on which their clients are. Confined to the
/// loop, except [#on].
final class SessionTable {
    private final TreeMap<Long, Session> byId = new TreeMap<>();

    /// Written on the loop; any thread may read it.
    private volatile TreePMap<StreamId, Session> byStream = TreePMap.empty();

    /// Streams that said Hello and have no answer yet.
    private final LinkedHashSet<StreamId> greeting = new LinkedHashSet<>();

    void add(Session session) {
        byId.put(session.id(), session);
    }

    void remove(Session session) {
        byId.remove(session.id());
    }

    @Nullable Session get(long id) {
        return byId.get(id);
    }

    int size() {
        return byId.size();
    }

    /// Whose client is on this stream. Any thread.
    @Nullable Session on(StreamId stream) {
        return byStream.get(stream);
    }

    /// Every stream that has said Hello and has not been sent away, in an order that is always the
    /// same.
    List<StreamId> streams() {
        List<StreamId> streams = new ArrayList<>(byStream.keySet());
        streams.addAll(greeting);
        return streams;
    }

    /// The stream waits for its answer to Hello.
    void greets(StreamId stream) {
        greeting.add(stream);
    }

    boolean isGreeting(StreamId stream) {
        return greeting.contains(stream);
    }

    /// @return whether the stream was still there
    boolean greeted(StreamId stream) {
        return greeting.remove(stream);
    }

    void attach(Session session, StreamId stream) {
        session.stream = stream;
        session.welcomed = false;
        session.keepAlive = 0;
        byStream = byStream.plus(stream, session);
    }

    /// The session's client is not on its stream any more.
    void detach(Session session) {
        StreamId stream = session.stream;
        if (stream != null) {
            byStream = byStream.minus(stream);
        }
        session.stream = null;
        session.welcomed = false;
        session.keepAlive = 0;
    }
}
