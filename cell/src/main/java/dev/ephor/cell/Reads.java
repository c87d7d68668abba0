package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers what only asks. Everything here is a function of rows that do not change, so it serves
/// the loop with the speculative rows and any thread with the committed ones.
final class Reads {
    private static final int MAX_NAME_UNITS = 256 << 10;

    private final Paths paths;
    private final int maxChildren;

    Reads(Paths paths, int maxChildren) {
        this.paths = paths;
        this.maxChildren = maxChildren;
    }

    /// What handle these bytes are.
    interface HandleLookup {
        /// Null, or a [Refusal], where they are none.
        @Nullable Handle find(Bytes form);
    }

    /// The answer to a call that changes nothing; null where the call is not one of these, or a
    /// handle was not found.
    ///
    /// @throws Refusal the call is refused
    @Nullable Answer answer(Call call, View view, HandleLookup handles) {
        return switch (call) {
            case Call.Read(NodeRef ref) -> read(view, locate(ref, handles));
            case Call.GetStat(NodeRef ref) -> stat(view, locate(ref, handles));
            case Call.ListChildren(NodeRef ref, String after, int limit) ->
                    list(view, locate(ref, handles), after, limit);
            case Call.CheckSequencer(String sequencer) ->
                    new Answer.SequencerChecked(
                            Sequencer.parse(sequencer, paths).filter(view::isValid).isPresent());
            case Call.Open _,
                    Call.Close _,
                    Call.Write _,
                    Call.Delete _,
                    Call.Acquire _,
                    Call.Release _,
                    Call.GetSequencer _,
                    Call.SetSequencer _,
                    Call.CloseSession _ ->
                    null;
        };
    }

    /// Where to look, and for which node there.
    ///
    /// @param handle null where the node was named by its path
    private record Place(NodePath path, @Nullable Handle handle) {
        NodeRow node(View view, Paths paths) {
            if (handle != null) {
                return Handles.node(handle, view);
            }
            NodeRow node = view.node(path);
            if (node == null) {
                throw new Refusal(ErrorCode.NOT_FOUND, paths.full(path) + " does not exist");
            }
            return node;
        }
    }

    private @Nullable Place locate(NodeRef ref, HandleLookup handles) {
        return switch (ref) {
            case NodeRef.ByPath(String path) -> new Place(paths.parse(path), null);
            case NodeRef.ByHandle(Bytes form) -> {
                Handle handle = handles.find(form);
                yield handle == null ? null : new Place(handle.path(), handle);
            }
        };
    }

    private @Nullable Answer read(View view, @Nullable Place place) {
        if (place == null) {
            return null;
        }
        NodeRow node = place.node(view, paths);
        if (node.isDirectory()) {
            throw new Refusal(
                    ErrorCode.IS_A_DIRECTORY, paths.full(place.path()) + " is a directory");
        }
        return new Answer.Contents(node.contents(), view.stat(place.path(), node));
    }

    private @Nullable Answer stat(View view, @Nullable Place place) {
        return place == null
                ? null
                : new Answer.NodeStat(view.stat(place.path(), place.node(view, paths)));
    }

    private @Nullable Answer list(View view, @Nullable Place place, String after, int limit) {
        if (place == null) {
            return null;
        }
        NodePath path = place.path();
        NodeRow node = place.node(view, paths);
        if (!node.isDirectory()) {
            throw new Refusal(ErrorCode.NOT_A_DIRECTORY, paths.full(path) + " is a file");
        }
        if (limit < 0) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "a negative limit");
        }
        int most = limit == 0 ? maxChildren : Math.min(limit, maxChildren);
        String prefix = Keys.children(path);
        String from = after.isEmpty() ? prefix : prefix + after + '\0';
        List<Answer.Child> children = new ArrayList<>();
        int units = 0;
        boolean more = false;
        for (Map.Entry<String, Bytes> row :
                view.rows().range(from, Keys.childrenEnd(path)).entrySet()) {
            if (children.size() == most || units > MAX_NAME_UNITS) {
                more = true;
                break;
            }
            String name = row.getKey().substring(prefix.length());
            NodePath child = new NodePath(path.text() + '/' + name, path.depth() + 1);
            children.add(new Answer.Child(name, view.stat(child, NodeRow.decode(row.getValue()))));
            units += name.length();
        }
        return new Answer.Children(children, more, view.stat(path, node));
    }
}
