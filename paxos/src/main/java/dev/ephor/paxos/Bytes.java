package dev.ephor.paxos;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An immutable sequence of bytes: what values, commands, rows and file contents are made of.
/// Ordered as unsigned bytes, shorter first among equal beginnings. Safe to share between threads.
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] array;
    private final int offset;
    private final int length;

    /// Zero until it was asked for. Threads that ask at once find the same.
    private int hash;

    private Bytes(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /// Takes the array as it is, without a copy: the caller must never change it again.
    public static Bytes wrap(byte... array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    public static Bytes copyOf(byte[] array) {
        return wrap(array.clone());
    }

    /// Copies what remains in the buffer and leaves the buffer empty.
    public static Bytes copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return wrap(copy);
    }

    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte byteAt(int index) {
        return array[offset + java.util.Objects.checkIndex(index, length)];
    }

    /// The eight bytes from `index` on as a little-endian number.
    public long longAt(int index) {
        java.util.Objects.checkFromIndexSize(index, Long.BYTES, length);
        return (long) LONGS.get(array, offset + index);
    }

    /// A view of `from` (inclusive) to `to` (exclusive) that shares the storage.
    public Bytes slice(int from, int to) {
        java.util.Objects.checkFromToIndex(from, to, length);
        return from == to ? EMPTY : new Bytes(array, offset + from, to - from);
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /// A read-only view, positioned at the first byte.
    public ByteBuffer asReadOnlyBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    public void writeTo(ByteBuffer target) {
        target.put(array, offset, length);
    }

    /// The text, where the bytes are UTF-8; malformed input becomes the replacement character.
    public String utf8() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array,
                offset,
                offset + length,
                other.array,
                other.offset,
                other.offset + other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes that
                && Arrays.equals(
                        array,
                        offset,
                        offset + length,
                        that.array,
                        that.offset,
                        that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            known = 1;
            for (int i = offset; i < offset + length; i++) {
                known = 31 * known + array[i];
            }
            hash = known;
        }
        return known;
    }

    /// Printable text up to 40 bytes as text, everything else as its length.
    @Override
    public String toString() {
        boolean printable = length <= 40;
        for (int i = 0; printable && i < length; i++) {
            byte b = array[offset + i];
            printable = b >= 0x20 && b < 0x7f;
        }
        return printable ? "\"" + utf8() + "\"" : length + " bytes";
    }
}
