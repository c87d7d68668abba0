package dev.ephor.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Commands that wait for a place in the coordinator's window, bounded in bytes.
final class CommandQueue {
    private final ArrayDeque<Input.Command> commands = new ArrayDeque<>();
    private final int maxBytes;
    private long bytes;

    CommandQueue(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    /// False where there is no room; nothing is taken then. An empty queue takes any command.
    boolean offer(Input.Command command) {
        if (!commands.isEmpty() && bytes + command.bytes().length() > maxBytes) {
            return false;
        }
        bytes += command.bytes().length();
        return commands.add(command);
    }

    /// Takes as many as share one value: at least one, and no more than `batchBytes` otherwise.
    List<Input.Command> takeBatch(int batchBytes) {
        List<Input.Command> batch = new ArrayList<>();
        long size = 0;
        while (!commands.isEmpty()) {
            int length = commands.getFirst().bytes().length();
            if (!batch.isEmpty() && size + length > batchBytes) {
                break;
            }
            size += length;
            batch.add(commands.removeFirst());
        }
        bytes -= size;
        return batch;
    }

    /// The tickets of all that wait; the queue is empty afterwards.
    List<Long> drainTickets() {
        List<Long> tickets = commands.stream().map(Input.Command::ticket).toList();
        commands.clear();
        bytes = 0;
        return tickets;
    }
}
