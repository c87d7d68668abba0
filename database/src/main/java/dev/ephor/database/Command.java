package dev.ephor.database;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.LaterFormatException;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;

/// A [MultiOp] as it goes through the log, with what it is conditional on.
///
/// The epoch alone does not catch a command that is lost *before* the log (a full queue, say) while
/// a later one, made on top of it, gets in. So commands that build on each other are numbered too.
///
/// @param epoch takes effect in this epoch only
/// @param position takes effect only as the command with this number of its epoch, counted from 1;
///   0 where it does not matter what else the epoch did
/// @param multiOp what to do
record Command(long epoch, long position, MultiOp multiOp) {
    private static final int VERSION = 1;

    /// All versions that there will ever be are below.
    private static final int VERSIONS = 32;

    private static final int ABSENT = 1;
    private static final int PRESENT = 2;
    private static final int EQUALS = 3;
    private static final int EPOCH_IS = 4;

    private static final int INSERT = 1;
    private static final int DELETE = 2;
    private static final int LOOKUP = 3;

    /// Of a guard or an operation.
    private static final int LEAST_BYTES = 2;

    Bytes encode() {
        ByteWriter out = new ByteWriter(128);
        out.u8(VERSION).varint(epoch).varint(position);
        out.varint(multiOp.guards().size());
        for (Guard guard : multiOp.guards()) {
            write(out, guard);
        }
        write(out, multiOp.then());
        write(out, multiOp.otherwise());
        return out.toBytes();
    }

    /// @throws MalformedException these are not the bytes of a command
    /// @throws LaterFormatException they are those of a command of a later release
    static Command decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.u8();
        if (version > VERSION && version < VERSIONS) {
            throw new LaterFormatException(
                    "a command of format version "
                            + version
                            + " was chosen, and this release knows version "
                            + VERSION);
        }
        if (version != VERSION) {
            throw new MalformedException("a command of unknown version " + version);
        }
        long epoch = in.varint();
        long position = in.varint();
        int count = in.count(LEAST_BYTES);
        List<Guard> guards = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            guards.add(readGuard(in));
        }
        MultiOp multiOp = new MultiOp(guards, readOps(in), readOps(in));
        in.end();
        return new Command(epoch, position, multiOp);
    }

    private static void write(ByteWriter out, Guard guard) {
        switch (guard) {
            case Guard.Absent(String key) -> out.u8(ABSENT).text(key);
            case Guard.Present(String key) -> out.u8(PRESENT).text(key);
            case Guard.Equals(String key, Bytes value) -> out.u8(EQUALS).text(key).bytes(value);
            case Guard.EpochIs(long number) -> out.u8(EPOCH_IS).varint(number);
        }
    }

    private static Guard readGuard(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case ABSENT -> new Guard.Absent(in.text());
            case PRESENT -> new Guard.Present(in.text());
            case EQUALS -> new Guard.Equals(in.text(), in.bytes());
            case EPOCH_IS -> new Guard.EpochIs(in.varint());
            default -> throw new MalformedException("a guard of unknown kind " + kind);
        };
    }

    private static void write(ByteWriter out, List<Op> ops) {
        out.varint(ops.size());
        for (Op op : ops) {
            switch (op) {
                case Op.Insert(String key, Bytes value) -> out.u8(INSERT).text(key).bytes(value);
                case Op.Delete(String key) -> out.u8(DELETE).text(key);
                case Op.Lookup(String key) -> out.u8(LOOKUP).text(key);
            }
        }
    }

    private static List<Op> readOps(ByteReader in) {
        int count = in.count(LEAST_BYTES);
        List<Op> ops = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ops.add(readOp(in));
        }
        return ops;
    }

    /// Values are copied: a row must not keep the whole value of the log alive that it came in.
    private static Op readOp(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case INSERT -> new Op.Insert(in.text(), Bytes.wrap(in.bytes().toByteArray()));
            case DELETE -> new Op.Delete(in.text());
            case LOOKUP -> new Op.Lookup(in.text());
            default -> throw new MalformedException("an operation of unknown kind " + kind);
        };
    }
}
