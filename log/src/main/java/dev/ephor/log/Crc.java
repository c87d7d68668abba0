package dev.ephor.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// CRC32C (Castagnoli): what every checksum on disk and on the wire is.
final class Crc {
    private Crc() {}

    static int of(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }

    /// Of what remains in the buffer, which stays as it is.
    static int of(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate());
        return (int) crc.getValue();
    }

    /// Of a few numbers, and then of what remains in the buffer, which stays as it is: a checksum
    /// that holds only in its own place.
    static int of(ByteBuffer buffer, long... place) {
        CRC32C crc = new CRC32C();
        for (long number : place) {
            for (int shift = 56; shift >= 0; shift -= 8) {
                crc.update((int) (number >>> shift));
            }
        }
        crc.update(buffer.duplicate());
        return (int) crc.getValue();
    }
}
