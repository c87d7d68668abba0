package dev.ephor.cell;

import dev.ephor.database.ByteReader;
import dev.ephor.database.ByteWriter;
import dev.ephor.database.MalformedException;
import dev.ephor.database.XxHash64;
import dev.ephor.paxos.Bytes;

/// A node as it is replicated, but for its lock, which changes by itself.
record NodeRow(
        NodeKind kind,
        boolean ephemeral,
        long instance,
        long contentGeneration,
        long aclGeneration,
        long checksum,
        Bytes contents) {
    private static final int FORMAT = 1;
    private static final int DIRECTORY = 1;
    private static final int EPHEMERAL = 2;

    static NodeRow file(long instance, boolean ephemeral, Bytes contents) {
        return new NodeRow(
                NodeKind.FILE, ephemeral, instance, 1, 0, XxHash64.hash(contents), contents);
    }

    static NodeRow directory(long instance) {
        return new NodeRow(
                NodeKind.DIRECTORY, false, instance, 0, 0, XxHash64.hash(Bytes.EMPTY), Bytes.EMPTY);
    }

    NodeRow written(Bytes next) {
        return new NodeRow(
                kind,
                ephemeral,
                instance,
                contentGeneration + 1,
                aclGeneration,
                XxHash64.hash(next),
                next);
    }

    boolean isDirectory() {
        return kind == NodeKind.DIRECTORY;
    }

    Bytes encode() {
        int flags = (isDirectory() ? DIRECTORY : 0) | (ephemeral ? EPHEMERAL : 0);
        return new ByteWriter(40 + contents.length())
                .oneByte(FORMAT)
                .oneByte(flags)
                .number(instance)
                .number(contentGeneration)
                .number(aclGeneration)
                .fixed64(checksum)
                .raw(contents)
                .toBytes();
    }

    static NodeRow decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("node", in.oneByte(), FORMAT);
        int flags = in.oneByte();
        if (flags > (DIRECTORY | EPHEMERAL)) {
            throw new MalformedException("a node with unknown flags " + flags);
        }
        return new NodeRow(
                (flags & DIRECTORY) != 0 ? NodeKind.DIRECTORY : NodeKind.FILE,
                (flags & EPHEMERAL) != 0,
                in.number(),
                in.number(),
                in.number(),
                in.fixed64(),
                in.rest());
    }
}
