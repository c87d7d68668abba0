package dev.ephor.server;

import dev.ephor.cell.ClientMessage;
import dev.ephor.log.Environment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/// Clients that come to a replica while nobody knows who is master: the election that is under way
/// is over in a moment, and this replica may win it. Sent away, they would go round the cell in
/// growing pauses; here they are served, or sent to the right one, as soon as it is decided.
///
/// Loop only.
final class WaitingRoom {
    /// Less than a client waits for an answer.
    private static final long PATIENCE = 300_000_000L;

    private static final long LOOK_AGAIN = 1_000_000L;

    private final Environment environment;
    private final BooleanSupplier undecided;
    private final BiConsumer<ClientStream, List<ClientMessage>> leave;

    private final SequencedMap<ClientStream, Guest> guests = new LinkedHashMap<>();
    private boolean looking;

    private record Guest(List<ClientMessage> messages, long until) {}

    /// @param undecided whether nobody is known to be master
    /// @param leave takes what a client said, once it is decided or took too long
    WaitingRoom(
            Environment environment,
            BooleanSupplier undecided,
            BiConsumer<ClientStream, List<ClientMessage>> leave) {
        this.environment = environment;
        this.undecided = undecided;
        this.leave = leave;
    }

    /// True where the messages were kept back.
    boolean keeps(ClientStream stream, List<ClientMessage> messages) {
        Guest guest = guests.get(stream);
        if (guest != null) {
            guest.messages().addAll(messages);
            return true;
        }
        boolean begins = messages.getFirst() instanceof ClientMessage.Hello;
        if (!begins || !undecided.getAsBoolean()) {
            return false;
        }
        guests.put(stream, new Guest(new ArrayList<>(messages), environment.nanoTime() + PATIENCE));
        if (!looking) {
            looking = true;
            environment.schedule(LOOK_AGAIN, this::look);
        }
        return true;
    }

    /// The stream is gone.
    void forget(ClientStream stream) {
        guests.remove(stream);
    }

    private void look() {
        looking = false;
        boolean decided = !undecided.getAsBoolean();
        long now = environment.nanoTime();
        for (var guest : List.copyOf(guests.entrySet())) {
            if (decided || now - guest.getValue().until() >= 0) {
                guests.remove(guest.getKey());
                leave.accept(guest.getKey(), guest.getValue().messages());
            }
        }
        if (!guests.isEmpty()) {
            looking = true;
            environment.schedule(LOOK_AGAIN, this::look);
        }
    }
}
