package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Opens, writes, deletes and closes (Chubby §2.2, §2.6): each method says in a [Draft] what a
/// request does, or refuses it. Confined to the loop.
final class Nodes {
    /// Openers of a deleted ephemeral node whose rows go with it; what others have of it is worth
    /// nothing, and goes when their sessions end.
    private static final int OPENERS_AT_ONCE = 1_000;

    private final CellSettings settings;
    private final Paths paths;
    private final Handles handles;
    private final Locks locks;

    Nodes(CellSettings settings, Paths paths, Handles handles, Locks locks) {
        this.settings = settings;
        this.paths = paths;
        this.handles = handles;
        this.locks = locks;
    }

    /// @param serial the number of the request, which becomes that of the handle
    Answer open(Draft draft, Session session, long serial, Call.Open call) {
        check(call);
        handles.checkRoom(session);
        NodePath path = paths.parse(call.path());
        NodeRow node = draft.view().node(path);
        boolean created = node == null;
        if (node == null) {
            node = createForOpen(draft, path, call);
        } else {
            checkExisting(path, node, call);
        }
        Handle handle =
                new Handle(
                        handles.epoch(),
                        session.id(),
                        serial,
                        path,
                        node.instance(),
                        call.write(),
                        call.events(),
                        Math.min(call.lockDelayMillis(), settings.maxLockDelayMillis()),
                        "");
        if (node.ephemeral()) {
            Belonging open = new Belonging(Belonging.Kind.OPEN, serial, node.instance(), path);
            long id = session.id();
            draft.put(Keys.opener(path, node.instance(), id, serial), Bytes.EMPTY);
            draft.put(Keys.belonging(id, Belonging.Kind.OPEN, serial), open.encode());
        }
        Bytes form = handles.seal(handle);
        draft.whenAccepted(() -> handles.opened(session, handle, form));
        return new Answer.Opened(form, created, draft.view().stat(path, node));
    }

    private void check(Call.Open call) {
        if (call.lockDelayMillis() < 0) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "a negative lock-delay");
        }
        if (call.kind() == NodeKind.DIRECTORY && call.ephemeral()) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "directories are not ephemeral");
        }
        if (call.kind() == NodeKind.DIRECTORY && !call.contents().isEmpty()) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "directories have no contents");
        }
        checkSize(call.contents());
    }

    private void checkSize(Bytes contents) {
        if (contents.length() > settings.fileBytes()) {
            throw new Refusal(
                    ErrorCode.TOO_LARGE,
                    contents.length()
                            + " bytes of contents; a file has "
                            + settings.fileBytes()
                            + " at most");
        }
    }

    private NodeRow createForOpen(Draft draft, NodePath path, Call.Open call) {
        if (call.create() == Call.Create.NEVER) {
            throw notFound(path);
        }
        return switch (call.kind()) {
            case FILE -> createFile(draft, path, call.ephemeral(), call.contents(), call.parents());
            case DIRECTORY -> {
                makeParent(draft, path, call.parents());
                yield createDirectory(draft, path);
            }
        };
    }

    private void checkExisting(NodePath path, NodeRow node, Call.Open call) {
        switch (call.create()) {
            case NEVER -> {}
            case IF_ABSENT -> {
                if (node.kind() != call.kind()) {
                    throw node.isDirectory() ? isDirectory(path) : notDirectory(path);
                }
            }
            case ALWAYS ->
                    throw new Refusal(
                            ErrorCode.ALREADY_EXISTS, paths.full(path) + " exists already");
        }
    }

    private NodeRow createFile(
            Draft draft, NodePath path, boolean ephemeral, Bytes contents, boolean parents) {
        makeParent(draft, path, parents);
        NodeRow node = NodeRow.file(draft.nextNumber(), ephemeral, contents);
        added(draft, path, node);
        return node;
    }

    private NodeRow createDirectory(Draft draft, NodePath path) {
        NodeRow node = NodeRow.directory(draft.nextNumber());
        added(draft, path, node);
        return node;
    }

    private static void added(Draft draft, NodePath path, NodeRow node) {
        draft.put(Keys.node(path), node.encode());
        draft.happened(EventType.CHILD_ADDED, path.parent(), path.name(), node.contentGeneration());
    }

    /// The parent must be a directory; with `parents`, it is made, and so are those above it.
    private void makeParent(Draft draft, NodePath path, boolean parents) {
        NodePath parent = path.parent();
        NodeRow node = draft.view().node(parent);
        if (node != null) {
            if (!node.isDirectory()) {
                throw notDirectory(parent);
            }
            return;
        }
        if (!parents) {
            throw notFound(parent);
        }
        makeParent(draft, parent, true);
        createDirectory(draft, parent);
    }

    Answer write(Draft draft, Session session, Call.Write call) {
        checkSize(call.contents());
        Target target = target(draft, session, call.node());
        checkSequencers(draft.view(), target, call.sequencer());
        NodePath path = target.path();
        NodeRow node = target.node();
        if (node == null) {
            return writeNew(draft, path, call);
        }
        if (node.isDirectory()) {
            throw isDirectory(path);
        }
        checkGeneration(path, node, call.ifGeneration());
        NodeRow written = node.written(call.contents());
        draft.put(Keys.node(path), written.encode());
        long generation = written.contentGeneration();
        draft.happened(EventType.CONTENT_CHANGED, path, "", generation);
        draft.happened(EventType.CHILD_CHANGED, path.parent(), path.name(), generation);
        return new Answer.Written(draft.view().stat(path, written), false);
    }

    private Answer writeNew(Draft draft, NodePath path, Call.Write call) {
        boolean onlyIfAbsent =
                call.ifGeneration().isPresent() && call.ifGeneration().getAsLong() == 0;
        if (!onlyIfAbsent && (!call.create() || call.ifGeneration().isPresent())) {
            throw notFound(path);
        }
        NodeRow node = createFile(draft, path, false, call.contents(), call.parents());
        return new Answer.Written(draft.view().stat(path, node), true);
    }

    Answer delete(Draft draft, Session session, Call.Delete call) {
        Target target = target(draft, session, call.node());
        checkSequencers(draft.view(), target, call.sequencer());
        NodePath path = target.path();
        NodeRow node = target.node();
        if (node == null) {
            throw notFound(path);
        }
        if (path.isRoot()) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "the root cannot be deleted");
        }
        checkGeneration(path, node, call.ifGeneration());
        if (node.isDirectory() && !draft.view().children(path).isEmpty()) {
            throw new Refusal(ErrorCode.NOT_EMPTY, paths.full(path) + " has children");
        }
        remove(draft, path, node);
        return new Answer.Deleted();
    }

    /// Takes the node away, with its lock and whatever else hangs on it.
    void remove(Draft draft, NodePath path, NodeRow node) {
        draft.delete(Keys.node(path));
        if (node.ephemeral()) {
            removeOpeners(draft, path, node);
        }
        locks.removeWithNode(draft, path);
        draft.happened(EventType.CHILD_REMOVED, path.parent(), path.name(), 0);
        draft.happened(EventType.HANDLE_INVALID, path, "", 0);
    }

    private static void removeOpeners(Draft draft, NodePath path, NodeRow node) {
        String prefix = Keys.openers(path, node.instance());
        draft.view().rows().range(prefix, Keys.end(prefix)).keySet().stream()
                .limit(OPENERS_AT_ONCE)
                .forEach(opener -> {
                    // The rest of the key is the session and the serial, as in the other.
                    Keys.Opener who = Keys.openerAfter(opener, prefix.length());
                    draft.delete(opener);
                    draft.delete(Keys.belonging(who.session(), Belonging.Kind.OPEN, who.serial()));
                });
    }

    /// Closes a handle. Never refused: a handle that is not open is closed already.
    Answer close(Draft draft, Session session, Call.Close call) {
        Optional<Handle> handle = handles.read(session, call.handle());
        handle.ifPresent(open -> close(draft, session, open));
        return new Answer.Closed();
    }

    private void close(Draft draft, Session session, Handle handle) {
        for (Belonging.Kind kind : Belonging.Kind.values()) {
            Belonging belonging = draft.view().belonging(session.id(), kind, handle.serial());
            if (belonging != null) {
                take(draft, session.row, belonging);
            }
        }
        draft.whenAccepted(() -> {
            locks.closed(session, handle);
            handles.closed(session, handle);
        });
    }

    /// Takes from a session something that it has. A lock-delay begins if the session died.
    void take(Draft draft, SessionRow session, Belonging belonging) {
        draft.delete(Keys.belonging(session.id(), belonging.kind(), belonging.serial()));
        NodePath path = belonging.path();
        NodeRow node = draft.view().node(path, belonging.instance());
        switch (belonging.kind()) {
            case OPEN -> {
                long serial = belonging.serial();
                draft.delete(Keys.opener(path, belonging.instance(), session.id(), serial));
                boolean last = !draft.view().hasOpeners(path, belonging.instance());
                if (node != null && last) {
                    remove(draft, path, node);
                }
            }
            case LOCK -> {
                if (node != null) {
                    locks.take(draft, session, belonging);
                }
            }
        }
    }

    /// What a write or delete is about.
    ///
    /// @param node null where there is none at the path
    /// @param handle null where it was named by its path
    private record Target(NodePath path, @Nullable NodeRow node, @Nullable Handle handle) {}

    private Target target(Draft draft, Session session, NodeRef ref) {
        return switch (ref) {
            case NodeRef.ByPath(String text) -> {
                NodePath path = paths.parse(text);
                yield new Target(path, draft.view().node(path), null);
            }
            case NodeRef.ByHandle(Bytes form) -> {
                Handle handle = handles.resolve(session, form, draft.view()).handle();
                if (!handle.write()) {
                    throw new Refusal(
                            ErrorCode.WRONG_MODE, "the handle was not opened for writing");
                }
                yield new Target(handle.path(), Handles.node(handle, draft.view()), handle);
            }
        };
    }

    /// Exact, not a guess: what the sequencer is compared with is what the change is made upon.
    private void checkSequencers(View view, Target target, String sequencer) {
        checkSequencer(view, sequencer);
        if (target.handle() != null) {
            checkSequencer(view, target.handle().sequencer());
        }
    }

    private void checkSequencer(View view, String sequencer) {
        if (!sequencer.isEmpty()
                && Sequencer.parse(sequencer, paths).filter(view::isValid).isEmpty()) {
            throw new Refusal(
                    ErrorCode.SEQUENCER_INVALID,
                    "the lock is not held any more as " + sequencer + " says");
        }
    }

    private void checkGeneration(NodePath path, NodeRow node, OptionalLong expected) {
        if (expected.isPresent() && expected.getAsLong() != node.contentGeneration()) {
            throw new Refusal(
                    ErrorCode.GENERATION_MISMATCH,
                    paths.full(path) + " is at content generation " + node.contentGeneration());
        }
    }

    private Refusal notFound(NodePath path) {
        return new Refusal(ErrorCode.NOT_FOUND, paths.full(path) + " does not exist");
    }

    private Refusal notDirectory(NodePath path) {
        return new Refusal(ErrorCode.NOT_A_DIRECTORY, paths.full(path) + " is a file");
    }

    private Refusal isDirectory(NodePath path) {
        return new Refusal(ErrorCode.IS_A_DIRECTORY, paths.full(path) + " is a directory");
    }
}
