package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads what [ByteWriter] wrote, out of bytes that may be anything: whatever they are, it reads or
/// throws [MalformedException], and allocates nothing that they do not hold. There is one way to
/// write each number and text, so that what is read and written again gives the same bytes. Not
/// thread-safe.
public final class ByteReader {
    private final Bytes bytes;
    private final ByteBuffer buffer;

    public ByteReader(Bytes bytes) {
        this.bytes = bytes;
        this.buffer = bytes.asReadOnlyBuffer();
    }

    public int remaining() {
        return buffer.remaining();
    }

    public int u8() {
        need(1);
        return buffer.get() & 0xff;
    }

    /// One byte, 0 or 1.
    public boolean flag() {
        int value = u8();
        if (value > 1) {
            throw new MalformedException("neither true nor false: " + value);
        }
        return value == 1;
    }

    public int u16() {
        need(2);
        return buffer.getShort() & 0xffff;
    }

    public int u32() {
        need(4);
        return buffer.getInt();
    }

    public long u64() {
        need(8);
        return buffer.getLong();
    }

    /// Any 64 bits, in at most ten bytes and not more than it needs.
    public long varint() {
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
    public long natural() {
        long value = varint();
        if (value < 0) {
            throw new MalformedException("a number is too large");
        }
        return value;
    }

    /// A varint from 0 to the largest int.
    public int smallNatural() {
        long value = varint();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedException("a number is too large");
        }
        return (int) value;
    }

    /// How many elements follow, each of which takes at least `bytesEach`.
    public int count(int bytesEach) {
        int count = smallNatural();
        if (count > remaining() / bytesEach) {
            throw new MalformedException("more elements are announced than there are bytes for");
        }
        return count;
    }

    /// A length and that many bytes, as a view of what is read.
    public Bytes bytes() {
        return raw(smallNatural());
    }

    public Bytes raw(int length) {
        need(length);
        int from = buffer.position();
        buffer.position(from + length);
        return bytes.slice(from, from + length);
    }

    /// Everything that is left, as a view.
    public Bytes rest() {
        return raw(remaining());
    }

    /// A text in UTF-8, its length in bytes before it.
    public String text() {
        return text(Integer.MAX_VALUE);
    }

    /// @param longest how many bytes it may have
    public String text(int longest) {
        Bytes utf8 = bytes();
        if (utf8.length() > longest) {
            throw new MalformedException("a text is too long");
        }
        for (int i = 0; i < utf8.length(); i++) {
            if (utf8.byteAt(i) < 0) {
                return beyondAscii(utf8.asReadOnlyBuffer());
            }
        }
        return utf8.utf8();
    }

    private static String beyondAscii(ByteBuffer utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("a text is not UTF-8");
        }
    }

    /// Nothing may follow.
    public void end() {
        if (buffer.hasRemaining()) {
            throw new MalformedException(buffer.remaining() + " bytes too many");
        }
    }

    private void need(int count) {
        if (count > buffer.remaining()) {
            throw new MalformedException("it ends too early");
        }
    }
}
