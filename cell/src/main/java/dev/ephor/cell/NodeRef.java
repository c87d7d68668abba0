package dev.ephor.cell;

import dev.ephor.paxos.Bytes;

/// A node, by an open handle or by its path.
public sealed interface NodeRef {
    record ByHandle(Bytes handle) implements NodeRef {}

    record ByPath(String path) implements NodeRef {}
}
