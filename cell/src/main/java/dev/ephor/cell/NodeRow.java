package dev.ephor.cell;

import dev.ephor.database.XxHash64;
import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.MalformedException;
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
                .u8(FORMAT)
                .u8(flags)
                .varint(instance)
                .varint(contentGeneration)
                .varint(aclGeneration)
                .u64(checksum)
                .raw(contents)
                .toBytes();
    }

    static NodeRow decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("node", in.u8(), FORMAT);
        int flags = in.u8();
        if (flags > (DIRECTORY | EPHEMERAL)) {
            throw new MalformedException("a node with unknown flags " + flags);
        }
        return new NodeRow(
                (flags & DIRECTORY) != 0 ? NodeKind.DIRECTORY : NodeKind.FILE,
                (flags & EPHEMERAL) != 0,
                in.varint(),
                in.varint(),
                in.varint(),
                in.u64(),
                in.rest());
    }
}
