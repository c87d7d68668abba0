package dev.ephor.cell;

/// What a node is, besides a lock.
public enum NodeKind {
    FILE,
    DIRECTORY
}
