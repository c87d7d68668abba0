package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads what [ByteWriter] wrote, out of bytes that may be anything: whatever they are, it reads or
/// throws [MalformedException], and allocates nothing that they do not hold.
final class ByteReader {
    private final Bytes bytes;
    private final ByteBuffer buffer;

    ByteReader(Bytes bytes) {
        this.bytes = bytes;
        this.buffer = bytes.asReadOnlyBuffer();
    }

    int remaining() {
        return buffer.remaining();
    }

    int u8() throws MalformedException {
        need(1);
        return buffer.get() & 0xff;
    }

    int u16() throws MalformedException {
        need(2);
        return buffer.getShort() & 0xffff;
    }

    int u32() throws MalformedException {
        need(4);
        return buffer.getInt();
    }

    long u64() throws MalformedException {
        need(8);
        return buffer.getLong();
    }

    /// Any 64 bits, in at most ten bytes and not more than it needs.
    long varint() throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            if (shift == 63 && next > 1 || shift > 0 && next == 0) {
                throw new MalformedException("a number is longer than it needs to be");
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new MalformedException("a number does not end");
    }

    /// A varint that is no less than 0.
    long natural() throws MalformedException {
        long value = varint();
        if (value < 0) {
            throw new MalformedException("a number is too large");
        }
        return value;
    }

    /// A varint from 0 to the largest int.
    int smallNatural() throws MalformedException {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedException("a number is too large");
        }
        return (int) value;
    }

    /// How many elements follow, each of which takes at least `bytesEach`.
    int count(int bytesEach) throws MalformedException {
        int count = smallNatural();
        if (count > remaining() / bytesEach) {
            throw new MalformedException("more elements are announced than there are bytes for");
        }
        return count;
    }

    /// A length and that many bytes, as a view of what is read.
    Bytes bytes() throws MalformedException {
        return raw(smallNatural());
    }

    Bytes raw(int length) throws MalformedException {
        need(length);
        int from = buffer.position();
        buffer.position(from + length);
        return bytes.slice(from, from + length);
    }

    String text(int longest) throws MalformedException {
        Bytes utf8 = bytes();
        if (utf8.length() > longest) {
            throw new MalformedException("a text is too long");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8.asReadOnlyBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("a text is not UTF-8");
        }
    }

    /// Nothing may follow.
    void end() throws MalformedException {
        if (buffer.hasRemaining()) {
            throw new MalformedException(buffer.remaining() + " bytes too many");
        }
    }

    private void need(int count) throws MalformedException {
        if (count > buffer.remaining()) {
            throw new MalformedException("it ends too early");
        }
    }
}
