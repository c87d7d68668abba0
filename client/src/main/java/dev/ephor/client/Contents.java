package dev.ephor.client;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/// A file's contents and metadata, read at one moment. Immutable.
public final class Contents {
    private final ByteString bytes;
    private final Stat stat;

    Contents(ByteString bytes, Stat stat) {
        this.bytes = bytes;
        this.stat = stat;
    }

    /// A copy of the contents.
    public byte[] bytes() {
        return bytes.toByteArray();
    }

    /// The contents without a copy.
    public ByteBuffer buffer() {
        return bytes.asReadOnlyByteBuffer();
    }

    /// The contents as text; malformed UTF-8 becomes the replacement character.
    public String utf8() {
        return bytes.toStringUtf8();
    }

    public int length() {
        return bytes.size();
    }

    public Stat stat() {
        return stat;
    }

    /// The content generation, for a write that is conditional on nobody else having written.
    public long generation() {
        return stat.contentGeneration();
    }

    @Override
    public String toString() {
        return length() + " bytes, generation " + generation();
    }
}
