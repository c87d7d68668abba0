package dev.ephor.cell;

import java.util.Comparator;

/// Where a node is in its cell.
///
/// @param text empty for the root, else each name with a slash before it
/// @param depth how many names
record NodePath(String text, int depth) {
    static final NodePath ROOT = new NodePath("", 0);

    static final Comparator<NodePath> ORDER = Comparator.comparing(NodePath::text);

    /// A path that was checked when it was first seen, as it stands in rows and handles.
    static NodePath of(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '/') {
                depth++;
            }
        }
        return new NodePath(text, depth);
    }

    boolean isRoot() {
        return depth == 0;
    }

    /// Not for the root.
    NodePath parent() {
        return new NodePath(text.substring(0, text.lastIndexOf('/')), depth - 1);
    }

    /// The last name. Not for the root.
    String name() {
        return text.substring(text.lastIndexOf('/') + 1);
    }
}
