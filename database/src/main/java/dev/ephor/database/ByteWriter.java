package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Builds the compact form of a record: numbers as few bytes as they need, lengths before what is
/// long. Not thread-safe. [ByteReader] reads it back.
public final class ByteWriter {
    private byte[] array;
    private int size;

    /// @param expected bytes that there is room for without growing
    public ByteWriter(int expected) {
        array = new byte[Math.max(expected, 16)];
    }

    public ByteWriter oneByte(int value) {
        room(1);
        array[size++] = (byte) value;
        return this;
    }

    public ByteWriter flag(boolean value) {
        return oneByte(value ? 1 : 0);
    }

    /// Seven bits a byte, the lowest first; negative numbers take ten bytes.
    public ByteWriter number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
        return this;
    }

    /// Eight bytes, the highest first.
    public ByteWriter fixed64(long value) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            array[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /// The bytes alone: for what comes last, or has a known length.
    public ByteWriter raw(Bytes bytes) {
        room(bytes.length());
        bytes.writeTo(ByteBuffer.wrap(array, size, bytes.length()));
        size += bytes.length();
        return this;
    }

    /// The length and then the bytes.
    public ByteWriter bytes(Bytes bytes) {
        return number(bytes.length()).raw(bytes);
    }

    /// The text in UTF-8, its length in bytes before it.
    public ByteWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        room(utf8.length);
        System.arraycopy(utf8, 0, array, size, utf8.length);
        size += utf8.length;
        return this;
    }

    public int size() {
        return size;
    }

    /// What was written. The writer must not be used afterwards.
    public Bytes toBytes() {
        return Bytes.wrap(array).slice(0, size);
    }

    private void room(int more) {
        int needed = Math.addExact(size, more);
        if (needed > array.length) {
            array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
        }
    }
}
