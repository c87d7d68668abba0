package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads what [ByteWriter] wrote. Bytes that no writer wrote bring [MalformedException], and never
/// more memory than they take themselves. Not thread-safe.
public final class ByteReader {
    private final Bytes bytes;
    private int at;

    public ByteReader(Bytes bytes) {
        this.bytes = bytes;
    }

    public int oneByte() {
        if (at >= bytes.length()) {
            throw new MalformedException("ends too soon");
        }
        return bytes.byteAt(at++) & 0xff;
    }

    public boolean flag() {
        int value = oneByte();
        if (value > 1) {
            throw new MalformedException("a flag is neither 0 nor 1");
        }
        return value == 1;
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = oneByte();
            long part = next & 0x7f;
            if (shift == 63 && part > 1) {
                throw new MalformedException("a number has more than 64 bits");
            }
            value |= part << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) {
                    throw new MalformedException("a number is longer than it needs to be");
                }
                return value;
            }
        }
        throw new MalformedException("a number does not end");
    }

    /// A number that must be between 0 and `limit`.
    public int smallNumber(int limit) {
        long value = number();
        if (value < 0 || value > limit) {
            throw new MalformedException(value + " is not between 0 and " + limit);
        }
        return (int) value;
    }

    public long fixed64() {
        return Long.reverseBytes(raw(Long.BYTES).longAt(0));
    }

    /// So many bytes, as a view of what is read.
    public Bytes raw(int length) {
        if (length < 0 || length > remaining()) {
            throw new MalformedException("ends too soon");
        }
        at += length;
        return bytes.slice(at - length, at);
    }

    /// A length and so many bytes, as a view.
    public Bytes bytes() {
        return raw(smallNumber(remaining()));
    }

    public String text() {
        return utf8(bytes());
    }

    /// Everything that is left, as a view.
    public Bytes rest() {
        return raw(remaining());
    }

    public int remaining() {
        return bytes.length() - at;
    }

    /// Nothing may be left.
    public void end() {
        if (remaining() != 0) {
            throw new MalformedException(remaining() + " bytes too many");
        }
    }

    private static String utf8(Bytes encoded) {
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.byteAt(i) < 0) {
                return beyondAscii(encoded.asReadOnlyBuffer());
            }
        }
        return encoded.utf8();
    }

    private static String beyondAscii(ByteBuffer encoded) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(encoded)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("a text is not UTF-8");
        }
    }
}
