package dev.ephor.cell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ends sessions: takes everything from them that they have. A session with much to its name loses
/// it in several changes; the first of them says that it ends, so whoever becomes master meanwhile
/// goes on, and nobody gets a session back that has lost half of its locks. Confined to the loop.
final class Endings {
    /// What a session loses in one change.
    private static final int AT_ONCE = 200;

    private static final int BYTES_AT_ONCE = 256 << 10;

    private static final long RETRY_NANOS = 50_000_000;

    private final SessionTable table;
    private final Pipeline pipeline;
    private final Mailbox mailbox;
    private final Nodes nodes;
    private final Locks locks;
    private final Watchers watchers;
    private final Deadlines deadlines;

    Endings(
            SessionTable table,
            Pipeline pipeline,
            Mailbox mailbox,
            Nodes nodes,
            Locks locks,
            Watchers watchers,
            Deadlines deadlines) {
        this.table = table;
        this.pipeline = pipeline;
        this.mailbox = mailbox;
        this.nodes = nodes;
        this.locks = locks;
        this.watchers = watchers;
        this.deadlines = deadlines;
    }

    /// Decides that the session is over.
    ///
    /// @param answer what its client is told before Goodbye; null for nothing
    /// @return false where there is no room in the pipeline: nothing has happened
    boolean begin(Session session, SessionRow.Phase how, @Nullable Runnable answer) {
        return step(session, session.row.in(how), answer);
    }

    /// Goes on where an earlier master stopped.
    void goOn(Session session) {
        if (!step(session, session.row, null)) {
            deadlines.after(RETRY_NANOS, () -> goOn(session));
        }
    }

    private boolean step(Session session, SessionRow row, @Nullable Runnable answer) {
        Draft draft = pipeline.draft();
        boolean done = takeSome(draft, session, row);
        if (done) {
            draft.delete(Keys.session(session.id()));
        } else {
            draft.put(Keys.session(session.id()), row.encode());
        }
        draft.whenAccepted(() -> ends(session, row));
        return pipeline.propose(
                draft,
                () -> {
                    if (done) {
                        gone(session, answer);
                    } else {
                        deadlines.after(0, () -> next(session, row, answer));
                    }
                });
    }

    private void next(Session session, SessionRow row, @Nullable Runnable answer) {
        if (!step(session, row, answer)) {
            deadlines.after(RETRY_NANOS, () -> next(session, row, answer));
        }
    }

    /// @return whether that was all
    private boolean takeSome(Draft draft, Session session, SessionRow row) {
        for (Belonging belonging : draft.view().belongings(session.id(), AT_ONCE)) {
            if (draft.bytes() > BYTES_AT_ONCE) {
                break;
            }
            nodes.take(draft, row, belonging);
        }
        String prefix = Keys.outcomes(session.id());
        List<String> outcomes =
                draft.view().rows().range(prefix, Keys.end(prefix)).keySet().stream()
                        .limit(AT_ONCE)
                        .toList();
        outcomes.forEach(draft::delete);
        return draft.view().belongings(session.id(), 1).isEmpty() && outcomes.size() < AT_ONCE;
    }

    /// From here on the session counts as ending, in the master's memory too.
    private void ends(Session session, SessionRow row) {
        session.row = row;
        locks.cancelAll(session);
        List.copyOf(session.handles.values()).forEach(watchers::drop);
        session.events.clear();
    }

    private void gone(Session session, @Nullable Runnable answer) {
        if (answer != null) {
            answer.run();
        }
        StreamId stream = session.stream;
        boolean closed = session.row.phase() == SessionRow.Phase.CLOSED;
        table.detach(session);
        table.remove(session);
        if (stream != null) {
            mailbox.end(
                    stream,
                    closed ? Goodbye.Reason.CLOSED : Goodbye.Reason.SESSION_EXPIRED,
                    closed ? "the session was closed" : "the session's lease ran out");
        }
    }
}
