package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;

/// A command of the profile `log`.
///
/// @param ticket its number
/// @param epoch the reign that it is conditional on; 0 for one that was made without being master
///   and has no effect
/// @param before the digest of all commands with effect that the master supposed to lie before it;
///   a command that is conditional on an epoch takes effect there or not at all
/// @param size of its bytes; many large ones are zeros but for what is said here, as files of
///   clients may be
record LogCommand(long ticket, long epoch, long before, int size) {
    private static final int LEAST = 28;

    /// One this large has a sector of a disk in it, wherever it goes.
    static final int HAS_SECTOR = 1100;

    Bytes bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(LEAST, size));
        buffer.putLong(ticket).putLong(epoch).putLong(before).putInt(size);
        // Mostly no zeros, which look like nothing where they are left over on a disk.
        byte filling = (byte) (isZeros() ? 0 : 1 + ticket % 200);
        while (buffer.hasRemaining()) {
            buffer.put(filling);
        }
        return Bytes.wrap(buffer.array());
    }

    boolean isZeros() {
        return size >= HAS_SECTOR && ticket % 3 != 0;
    }

    static LogCommand of(Bytes bytes) {
        ByteBuffer buffer = bytes.asReadOnlyBuffer();
        return new LogCommand(
                buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getInt());
    }
}
