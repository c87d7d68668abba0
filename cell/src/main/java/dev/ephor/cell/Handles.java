package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.Optional;

/// Makes handles and takes them back (Chubby §2.3). Confined to the loop.
final class Handles {
    private final Seal seal;
    private final Pipeline pipeline;
    private final Watchers watchers;
    private final long epoch;
    private final int maxPerSession;

    Handles(Seal seal, Pipeline pipeline, Watchers watchers, long epoch, int maxPerSession) {
        this.seal = seal;
        this.pipeline = pipeline;
        this.watchers = watchers;
        this.epoch = epoch;
        this.maxPerSession = maxPerSession;
    }

    /// A handle as it was shown: the same open handle may be shown with a sequencer and without.
    record Shown(OpenHandle open, Handle handle) {
        NodePath path() {
            return handle.path();
        }
    }

    long epoch() {
        return epoch;
    }

    Bytes seal(Handle handle) {
        return seal.handle(handle);
    }

    /// There must be room for one more handle of this session.
    void checkRoom(Session session) {
        if (session.handles.size() >= maxPerSession) {
            throw new Refusal(
                    ErrorCode.OVERLOADED,
                    "the session has " + maxPerSession + " handles open; close some");
        }
    }

    /// The handle is open from here on.
    OpenHandle opened(Session session, Handle handle, Bytes form) {
        OpenHandle before = session.handles.get(handle.serial());
        if (before != null) {
            // The same Open came again, because its answer was lost.
            watchers.drop(before);
        }
        OpenHandle open = new OpenHandle(session, handle, form, pipeline.proposed());
        session.handles.put(open.serial(), open);
        session.learn(form, handle);
        watchers.add(open);
        return open;
    }

    /// Another form of the handle was given out: from here on events name that one.
    void reshaped(OpenHandle open, Handle handle, Bytes form) {
        open.addForm(handle, form);
        open.session().learn(form, handle);
    }

    /// The handle is closed: it is of no use from here on.
    void closed(Session session, Handle handle) {
        OpenHandle open = session.handles.get(handle.serial());
        if (open != null) {
            watchers.drop(open);
        }
        if (handle.epoch() != epoch) {
            session.closed.add(handle.serial());
        }
    }

    /// What these bytes say, if they are a handle that was ever made for this session.
    Optional<Handle> read(Session session, Bytes form) {
        Handle known = session.known(form);
        return known != null
                ? Optional.of(known)
                : seal.open(form).filter(handle -> handle.session() == session.id());
    }

    /// Finds out what handle these bytes are. One that was made under an earlier master, and that
    /// is not known here, becomes known: this is how a new master learns of the handles that are
    /// open, and who wants to be told of what (Chubby §2.9).
    ///
    /// @throws Refusal `HANDLE_INVALID`: forged, or another session's, or closed, or its node is
    ///   gone
    Shown resolve(Session session, Bytes form, View view) {
        Handle known =
                read(session, form).orElseThrow(() -> invalid("it was not made for this session"));
        OpenHandle open = session.handles.get(known.serial());
        if (open == null) {
            return shownAnew(session, known, form, view);
        }
        node(known, view);
        if (session.known(form) == null) {
            open.addForm(known, form);
            session.learn(form, known);
        }
        return new Shown(open, known);
    }

    private Shown shownAnew(Session session, Handle handle, Bytes form, View view) {
        if (handle.epoch() == epoch || session.closed.contains(handle.serial())) {
            throw invalid("it is closed");
        }
        NodeRow node = node(handle, view);
        if (node.ephemeral() && !view.isOpener(handle.path(), handle)) {
            throw invalid("it is closed");
        }
        checkRoom(session);
        return new Shown(opened(session, handle, form), handle);
    }

    /// The node that the handle is open on.
    ///
    /// @throws Refusal `HANDLE_INVALID`: it was deleted
    static NodeRow node(Handle handle, View view) {
        NodeRow node = view.node(handle.path(), handle.instance());
        if (node == null) {
            throw invalid("its node was deleted");
        }
        return node;
    }

    private static Refusal invalid(String why) {
        return new Refusal(ErrorCode.HANDLE_INVALID, "the handle is of no use: " + why);
    }
}
