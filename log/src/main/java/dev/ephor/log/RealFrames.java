package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// How frames lie on a connection: length, CRC32C of the length and the frame, the frame. A length
/// of 0 is a ping: whoever gets it sends one byte back.
final class RealFrames {
    static final int HEADER = 8;
    static final int LARGEST = 128 << 20;

    private RealFrames() {}

    static boolean fits(Bytes frame) {
        return frame.length() <= LARGEST;
    }

    static ByteBuf encode(ByteBufAllocator allocator, Bytes frame) {
        int length = frame.length();
        ByteBuf out = allocator.directBuffer(HEADER + length);
        out.writerIndex(HEADER + length);
        ByteBuffer whole = out.internalNioBuffer(0, HEADER + length);
        int start = whole.position();
        whole.putInt(length);
        whole.position(start + HEADER);
        frame.writeTo(whole);
        whole.position(start);
        whole.putInt(start + 4, crc(whole.slice(start, HEADER + length)));
        return out;
    }

    static ByteBuf ping(ByteBufAllocator allocator) {
        return encode(allocator, Bytes.EMPTY);
    }

    /// Takes a frame from the buffer; null where it is not all there yet. Empty for a ping.
    static @Nullable Bytes decode(ByteBuf in) throws MalformedException {
        if (in.readableBytes() < HEADER) {
            return null;
        }
        int start = in.readerIndex();
        int length = in.getInt(start);
        if (length < 0 || length > LARGEST) {
            throw new MalformedException("a frame's length cannot be");
        }
        if (in.readableBytes() - HEADER < length) {
            return null;
        }
        if (in.getInt(start + 4) != crc(in.nioBuffer(start, HEADER + length))) {
            throw new MalformedException("a frame fails its checksum");
        }
        byte[] frame = new byte[length];
        in.getBytes(start + HEADER, frame);
        in.skipBytes(HEADER + length);
        return Bytes.wrap(frame);
    }

    private static int crc(ByteBuffer whole) {
        CRC32C crc = new CRC32C();
        crc.update(whole.slice(0, 4));
        crc.update(whole.slice(HEADER, whole.limit() - HEADER));
        return (int) crc.getValue();
    }
}
