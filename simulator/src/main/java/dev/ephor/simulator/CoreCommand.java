package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import java.util.Optional;

/// A command of the profile `core`: its number, and then an operation of the database, or zeros so
/// that it has a size.
final class CoreCommand {
    private static final int NUMBER = 8;

    private CoreCommand() {}

    /// @param size in bytes, at least those of the number
    static Bytes of(long ticket, int size) {
        return numbered(ticket, new byte[Math.max(NUMBER, size)]);
    }

    static Bytes of(long ticket, Bytes operation) {
        byte[] bytes = new byte[NUMBER + 1 + operation.length()];
        bytes[NUMBER] = 1;
        for (int i = 0; i < operation.length(); i++) {
            bytes[NUMBER + 1 + i] = operation.byteAt(i);
        }
        return numbered(ticket, bytes);
    }

    private static Bytes numbered(long ticket, byte[] bytes) {
        for (int i = 0; i < NUMBER; i++) {
            bytes[i] = (byte) (ticket >>> (56 - 8 * i));
        }
        return Bytes.wrap(bytes);
    }

    static long ticket(Bytes command) {
        long ticket = 0;
        for (int i = 0; i < NUMBER; i++) {
            ticket = ticket << 8 | command.byteAt(i) & 0xff;
        }
        return ticket;
    }

    static Optional<Bytes> operation(Bytes command) {
        return command.length() > NUMBER && command.byteAt(NUMBER) == 1
                ? Optional.of(command.slice(NUMBER + 1, command.length()))
                : Optional.empty();
    }
}
