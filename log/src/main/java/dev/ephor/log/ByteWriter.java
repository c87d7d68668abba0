package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Appends numbers and bytes to a buffer that grows. Numbers are big-endian; a *varint* is seven
/// bits a byte, lowest first, the top bit set on all but the last. [ByteReader] reads it back. Not
/// thread-safe.
public final class ByteWriter {
    private ByteBuffer buffer;

    /// @param capacity bytes that there is room for without growing
    public ByteWriter(int capacity) {
        buffer = ByteBuffer.allocate(capacity);
    }

    int position() {
        return buffer.position();
    }

    /// Forgets what was written, and a buffer that grew beyond `keep`.
    void reset(int keep) {
        if (buffer.capacity() > keep) {
            buffer = ByteBuffer.allocate(keep);
        } else {
            buffer.clear();
        }
    }

    public ByteWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public ByteWriter flag(boolean value) {
        return u8(value ? 1 : 0);
    }

    public ByteWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public ByteWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    public ByteWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    /// Any 64 bits; negative numbers take ten bytes.
    public ByteWriter varint(long value) {
        ByteBuffer target = room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        target.put((byte) rest);
        return this;
    }

    /// The length as a varint, then the bytes.
    public ByteWriter bytes(Bytes bytes) {
        varint(bytes.length());
        return raw(bytes);
    }

    /// The bytes alone: for what comes last, or has a known length.
    public ByteWriter raw(Bytes bytes) {
        bytes.writeTo(room(bytes.length()));
        return this;
    }

    /// As [#bytes], in UTF-8.
    public ByteWriter text(String text) {
        return bytes(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    ByteWriter zeros(int count) {
        ByteBuffer target = room(count);
        target.put(new byte[count]);
        return this;
    }

    /// Overwrites a number that was written before.
    void setU32(int position, int value) {
        buffer.putInt(position, value);
    }

    /// CRC32C of what was written from `from` to `to`.
    int crc(int from, int to) {
        return Crc.of(buffer.array(), from, to - from);
    }

    /// What was written, without a copy: the writer must not be used any more.
    public Bytes toBytes() {
        return Bytes.wrap(buffer.array()).slice(0, buffer.position());
    }

    /// What was written, to be read before the writer is used again.
    ByteBuffer written() {
        return buffer.duplicate().flip();
    }

    byte[] array() {
        return buffer.array();
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = Math.addExact(buffer.position(), bytes);
            int capacity = Math.max(needed, (int) Math.min(1L << 30, 2L * buffer.capacity()));
            ByteBuffer larger = ByteBuffer.allocate(capacity);
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
