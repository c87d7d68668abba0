package dev.ephor.client;

/// What a node is.
public enum NodeKind {
    FILE,
    DIRECTORY
}
