package dev.ephor.cell;

import dev.ephor.database.Rows;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows as what they stand for. Immutable like the rows, so it may be used on any thread.
record View(Rows rows) {
    @Nullable NodeRow node(NodePath path) {
        Bytes row = rows.get(Keys.node(path));
        return row == null ? null : NodeRow.decode(row);
    }

    /// The node, if it is still this one.
    @Nullable NodeRow node(NodePath path, long instance) {
        NodeRow node = node(path);
        return node != null && node.instance() == instance ? node : null;
    }

    LockRow lock(NodePath path) {
        Bytes row = rows.get(Keys.lock(path));
        return row == null ? LockRow.NEVER_HELD : LockRow.decode(row);
    }

    @Nullable LockDelay delay(NodePath path) {
        Bytes row = rows.get(Keys.delay(path));
        return row == null ? null : LockDelay.decode(row);
    }

    Counters counters() {
        Bytes row = rows.get(Keys.COUNTERS);
        return row == null ? Counters.ZERO : Counters.decode(row);
    }

    Map<String, Bytes> children(NodePath path) {
        return rows.range(Keys.children(path), Keys.childrenEnd(path));
    }

    Stat stat(NodePath path, NodeRow node) {
        return new Stat(
                node.kind(),
                node.ephemeral(),
                node.instance(),
                node.contentGeneration(),
                lock(path).generation(),
                node.aclGeneration(),
                node.checksum(),
                node.contents().length(),
                node.isDirectory() ? children(path).size() : 0);
    }

    /// Whether the lock is held now as the sequencer says.
    boolean isValid(Sequencer sequencer) {
        LockRow lock = lock(sequencer.path());
        return lock.isHeld()
                && lock.mode() == sequencer.mode()
                && lock.generation() == sequencer.generation()
                && node(sequencer.path(), sequencer.instance()) != null;
    }

    /// Whether a handle of some session keeps this ephemeral node alive.
    boolean hasOpeners(NodePath path, long instance) {
        String openers = Keys.openers(path, instance);
        return !rows.range(openers, Keys.end(openers)).isEmpty();
    }

    boolean isOpener(NodePath path, Handle handle) {
        return rows.contains(
                Keys.opener(path, handle.instance(), handle.session(), handle.serial()));
    }

    int sessionCount() {
        return rows.range("s", "t").size();
    }

    int nodeCount() {
        return rows.range("n", "o").size();
    }

    /// All sessions, in order of their numbers.
    List<SessionRow> sessions() {
        List<SessionRow> sessions = new ArrayList<>();
        rows.range("s", "t").values().forEach(row -> sessions.add(SessionRow.decode(row)));
        return sessions;
    }

    /// The first of what a session has, at most so many.
    List<Belonging> belongings(long session, int limit) {
        String prefix = Keys.belongings(session);
        return rows.range(prefix, Keys.end(prefix)).values().stream()
                .limit(limit)
                .map(Belonging::decode)
                .toList();
    }

    /// What this handle has.
    @Nullable Belonging belonging(long session, Belonging.Kind kind, long serial) {
        Bytes row = rows.get(Keys.belonging(session, kind, serial));
        return row == null ? null : Belonging.decode(row);
    }

    @Nullable Answer outcome(long session, long request) {
        Bytes row = rows.get(Keys.outcome(session, request));
        return row == null ? null : Outcomes.decode(row);
    }
}
