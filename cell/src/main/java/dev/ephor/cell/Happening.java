package dev.ephor.cell;

/// Something that takes effect with a change, and that some handles are to be told of then.
///
/// @param path the node whose handles are told
/// @param child for events about children, the child's name
record Happening(EventType type, NodePath path, String child, long contentGeneration) {}
