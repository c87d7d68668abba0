package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// What two replicas say before the first frame: who they are, which versions of frames they speak,
/// and whether they want each other. The handshake itself stays as it is in all releases, so that
/// any two can tell each other what they have in common.
sealed interface RealHandshake {
    /// Magic, version, length of the body.
    int FIXED = 8;

    int MAGIC = 0x45504852; // "EPHR"
    int VERSION = 1;

    /// Of the frames: the versions that this release speaks, from here
    int LOWEST = FrameCodec.VERSION;

    /// to here.
    int HIGHEST = FrameCodec.VERSION;

    int LARGEST_BODY = 1024;

    /// By whoever connects.
    ///
    /// @param cell which cell it belongs to
    /// @param sender who it is
    /// @param store the number of its data directory
    /// @param receiver the number of the replica that it wants
    /// @param lowest the lowest version of frames that it speaks
    /// @param highest the highest one
    record Hello(String cell, ReplicaId sender, long store, int receiver, int lowest, int highest)
            implements RealHandshake {
        /// Of a replica of this release.
        Hello(String cell, ReplicaId sender, long store, int receiver) {
            this(cell, sender, store, receiver, LOWEST, HIGHEST);
        }

        /// The highest version that both speak; 0 where there is none.
        int common() {
            int version = Math.min(highest, HIGHEST);
            return version >= Math.max(lowest, LOWEST) ? version : 0;
        }

        /// For both operators.
        String nothingInCommon(ReplicaId self) {
            return "replica "
                    + sender
                    + " speaks versions "
                    + lowest
                    + " to "
                    + highest
                    + " of the replicas' protocol, and replica "
                    + self
                    + " versions "
                    + LOWEST
                    + " to "
                    + HIGHEST
                    + ": install a release on the older one that both understand";
        }
    }

    /// The answer.
    ///
    /// @param self who it is
    /// @param version of the frames that may follow; 0 where none may
    /// @param refusal why the connection is closed now; empty where frames may follow
    record Answer(ReplicaId self, int version, String refusal) implements RealHandshake {}

    /// Bytes on the wire, with a checksum over all.
    default ByteBuf encode() {
        ByteWriter out = new ByteWriter(256);
        out.u32(MAGIC).u16(VERSION).u16(0);
        switch (this) {
            case Hello hello -> {
                out.u8(1).text(hello.cell());
                ValueCodec.write(out, hello.sender());
                out.u64(hello.store()).varint(hello.receiver());
                out.varint(hello.lowest()).varint(hello.highest());
            }
            case Answer answer -> {
                out.u8(2);
                ValueCodec.write(out, answer.self());
                out.varint(answer.version()).text(answer.refusal());
            }
        }
        int body = out.position() - FIXED;
        out.setU32(4, VERSION << 16 | body);
        out.u32(out.crc(0, out.position()));
        return Unpooled.wrappedBuffer(out.written());
    }

    /// Takes a handshake from the buffer; null where it is not all there yet.
    static @Nullable RealHandshake decode(ByteBuf in) throws MalformedException {
        if (in.readableBytes() < FIXED) {
            return null;
        }
        int start = in.readerIndex();
        int version = in.getUnsignedShort(start + 4);
        int body = in.getUnsignedShort(start + 6);
        if (in.getInt(start) != MAGIC || body > LARGEST_BODY) {
            throw new MalformedException("this is no replica of Ephor");
        }
        if (version != VERSION) {
            throw new MalformedException(
                    "it begins with version "
                            + version
                            + " of the replicas' handshake, and there is only version "
                            + VERSION);
        }
        if (in.readableBytes() < FIXED + body + 4) {
            return null;
        }
        if (in.getInt(start + FIXED + body) != Crc.of(in.nioBuffer(start, FIXED + body))) {
            throw new MalformedException("the handshake fails its checksum");
        }
        byte[] bytes = new byte[body];
        in.getBytes(start + FIXED, bytes);
        in.skipBytes(FIXED + body + 4);
        return decodeBody(new ByteReader(Bytes.wrap(bytes)));
    }

    private static RealHandshake decodeBody(ByteReader in) throws MalformedException {
        int kind = in.u8();
        RealHandshake handshake =
                switch (kind) {
                    case 1 ->
                            new Hello(
                                    in.text(64),
                                    ValueCodec.readReplica(in),
                                    in.u64(),
                                    in.smallNatural(),
                                    in.smallNatural(),
                                    in.smallNatural());
                    case 2 ->
                            new Answer(
                                    ValueCodec.readReplica(in),
                                    in.smallNatural(),
                                    in.text(LARGEST_BODY));
                    default -> throw new MalformedException("no handshake has the number " + kind);
                };
        in.end();
        return handshake;
    }
}
