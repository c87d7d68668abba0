package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;

/// A handle that the master knows: because it made it, or because its client showed it after a
/// fail-over. Confined to the loop.
final class OpenHandle {
    private final Session session;
    private final long since;
    private final List<Bytes> forms = new ArrayList<>(1);
    private Handle handle;

    /// The Acquire through it that waits; 0 for none.
    long waiting;

    /// @param since the number of the last change that its client is not to be told of
    OpenHandle(Session session, Handle handle, Bytes form, long since) {
        this.session = session;
        this.handle = handle;
        this.since = since;
        forms.add(form);
    }

    Session session() {
        return session;
    }

    Handle handle() {
        return handle;
    }

    long serial() {
        return handle.serial();
    }

    NodePath path() {
        return handle.path();
    }

    long since() {
        return since;
    }

    boolean wants(EventType type) {
        return handle.events().contains(type);
    }

    /// The bytes by which its client knows it: those that were given or shown last.
    Bytes form() {
        return forms.getLast();
    }

    /// Its bytes with and without a sequencer, which are the same handle.
    List<Bytes> forms() {
        return forms;
    }

    void addForm(Handle as, Bytes form) {
        handle = as;
        forms.remove(form);
        forms.add(form);
    }
}
