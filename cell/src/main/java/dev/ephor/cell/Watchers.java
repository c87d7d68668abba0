package dev.ephor.cell;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/// Which handles are open on which node, so that their clients can be told what happens there
/// (Chubby §2.5). It is in the master's memory only: a new master learns it as clients show their
/// handles.
///
/// A client is told of what it did itself too, if the handle wants it: events say what became of
/// the node, not who did it.
///
/// This is also where a master will find who has a node in its cache, before it lets a change of
/// the node take effect (Chubby §2.7): a session that caches a node has a handle on it.
final class Watchers {
    private final Map<String, SequencedSet<OpenHandle>> byPath = new LinkedHashMap<>();
    private final Mailbox mailbox;

    Watchers(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    void add(OpenHandle handle) {
        byPath.computeIfAbsent(handle.path().text(), path -> new LinkedHashSet<>()).add(handle);
    }

    void remove(OpenHandle handle) {
        SequencedSet<OpenHandle> there = byPath.get(handle.path().text());
        if (there != null && there.remove(handle) && there.isEmpty()) {
            byPath.remove(handle.path().text());
        }
    }

    /// The handles that are known on this node, the oldest first.
    List<OpenHandle> on(NodePath path) {
        SequencedSet<OpenHandle> there = byPath.get(path.text());
        return there == null ? List.of() : List.copyOf(there);
    }

    /// Tells everybody who wants to know, now that the change has taken effect.
    void tell(Pipeline.Effect effect) {
        for (Happening happening : effect.happenings()) {
            boolean gone = happening.type() == EventType.HANDLE_INVALID;
            for (OpenHandle handle : on(happening.path())) {
                boolean concerned = gone || handle.wants(happening.type());
                if (concerned && effect.number() > handle.since()) {
                    mailbox.event(handle, happening);
                    if (gone) {
                        drop(handle);
                    }
                }
            }
        }
    }

    /// The handle is of no use any more.
    void drop(OpenHandle handle) {
        remove(handle);
        handle.session().forget(handle);
    }
}
