package dev.ephor.client;

import com.google.protobuf.ByteString;
import dev.ephor.api.EventType;
import dev.ephor.api.NodeRef;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.StatRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// The session's handles that the cell should know of: those that watch, hold a lock, or keep an
/// ephemeral file alive. After a fail-over each is presented to the new master, which learns from
/// it who wants which events; and events find their listeners here.
///
/// Confined to the loop.
final class Handles {
    private final Session session;
    private final LinkedHashMap<ByteString, OpenHandle> known = new LinkedHashMap<>();

    Handles(Session session) {
        this.session = session;
    }

    void keep(OpenHandle handle) {
        known.put(handle.bytes(), handle);
    }

    void forget(OpenHandle handle) {
        known.remove(handle.bytes(), handle);
    }

    /// Tells a new master of all of them.
    void present() {
        for (OpenHandle handle : new ArrayList<>(known.values())) {
            present(handle);
        }
    }

    void present(OpenHandle handle) {
        session.requests().urgent(new Presentation(session, handle));
    }

    void event(dev.ephor.api.Event event) {
        if (event.getType() == EventType.MASTER_FAILED_OVER) {
            for (OpenHandle handle : new ArrayList<>(known.values())) {
                handle.event(event);
            }
            return;
        }
        OpenHandle handle = known.get(event.getHandle());
        if (handle != null) {
            handle.event(event);
        }
    }

    void stateChanged(SessionState state, String why) {
        for (OpenHandle handle : new ArrayList<>(known.values())) {
            handle.stateChanged(state, why);
        }
        if (state == SessionState.EXPIRED) {
            known.clear();
        }
    }

    private static final class Presentation extends Call<Boolean> {
        private final OpenHandle handle;

        Presentation(Session session, OpenHandle handle) {
            super(
                    session,
                    Kind.READS,
                    Request.newBuilder()
                            .setStat(
                                    StatRequest.newBuilder()
                                            .setNode(
                                                    NodeRef.newBuilder()
                                                            .setHandle(handle.bytes()))));
            this.handle = handle;
            timeout = 0;
        }

        @Override
        Boolean decode(Reply reply) {
            return true;
        }

        @Override
        Boolean decodeError(dev.ephor.api.Error error) {
            if (error.getCode() == dev.ephor.api.Error.Code.HANDLE_INVALID) {
                handle.invalid("the node is gone");
            }
            return false;
        }

        @Override
        String what() {
            return "present the handle of " + handle.path();
        }
    }
}
