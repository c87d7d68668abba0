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
/// @param size of its bytes
record LogCommand(long ticket, long epoch, long before, int size) {
    private static final int LEAST = 28;

    Bytes bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(Math.max(LEAST, size));
        buffer.putLong(ticket).putLong(epoch).putLong(before).putInt(size);
        // Not zeros, which look like nothing where they are left over on a disk.
        while (buffer.hasRemaining()) {
            buffer.put((byte) (1 + ticket % 200));
        }
        return Bytes.wrap(buffer.array());
    }

    static LogCommand of(Bytes bytes) {
        ByteBuffer buffer = bytes.asReadOnlyBuffer();
        return new LogCommand(
                buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getInt());
    }
}
