package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Value;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What became of every submitted command, as its submitter was told. A command that was refused
/// must never be chosen; one that was proposed is decided when its submitter learns the value at
/// its instance.
final class Tickets {
    private final World world;
    private final TreeMap<Long, Ticket> open = new TreeMap<>();
    private final TreeMap<Long, Boolean> refused = new TreeMap<>();
    private long next;
    private long acknowledged;

    private static final class Ticket {
        final CoreNode submitter;
        long instance;

        Ticket(CoreNode submitter) {
            this.submitter = submitter;
        }
    }

    Tickets(World world) {
        this.world = world;
    }

    long issue(CoreNode submitter) {
        open.put(++next, new Ticket(submitter));
        return next;
    }

    boolean isKnown(long ticket) {
        return ticket > 0 && ticket <= next;
    }

    void proposed(CoreNode node, Effect.Proposed proposed) {
        for (long ticket : proposed.tickets()) {
            Ticket mine = open.get(ticket);
            world.check(
                    mine != null && mine.submitter == node && mine.instance == 0,
                    "a command is proposed once",
                    () -> node.name + " proposed " + ticket + " at " + proposed.instance());
            if (mine != null) {
                mine.instance = proposed.instance();
            }
        }
    }

    void refused(CoreNode node, Effect.Refused refusal) {
        for (long ticket : refusal.tickets()) {
            Ticket mine = open.remove(ticket);
            world.check(
                    mine != null && mine.submitter == node && mine.instance == 0,
                    "a command is proposed or refused",
                    () -> node.name + " refused " + ticket);
            refused.put(ticket, true);
            world.marks.reach("command refused: " + refusal.reason());
        }
    }

    void learned(CoreNode node, long instance, Value value) {
        List<Bytes> commands =
                value instanceof Value.Commands(var _, List<Bytes> inside) ? inside : List.of();
        for (Bytes command : commands) {
            long ticket = CoreNode.ticket(command);
            world.check(
                    !refused.containsKey(ticket),
                    "refused is never chosen",
                    () -> "command " + ticket);
            Ticket mine = open.get(ticket);
            if (mine != null && mine.submitter == node) {
                world.check(
                        mine.instance == instance,
                        "chosen where it was proposed",
                        () ->
                                "command "
                                        + ticket
                                        + " proposed at "
                                        + mine.instance
                                        + " is chosen at "
                                        + instance);
                open.remove(ticket);
                acknowledged++;
            }
        }
        if (open.values()
                .removeIf(ticket -> ticket.submitter == node && ticket.instance == instance)) {
            world.marks.reach("another value chosen where a command was proposed");
        }
    }

    /// Commands whose instance a snapshot covered have an unknown outcome.
    void restored(CoreNode node, long instance) {
        open.values()
                .removeIf(ticket ->
                        ticket.submitter == node
                                && ticket.instance > 0
                                && ticket.instance <= instance);
    }

    void died(CoreNode node) {
        open.values().removeIf(ticket -> ticket.submitter == node);
    }

    long acknowledged() {
        return acknowledged;
    }

    /// How many commands of this replica wait for their answer.
    long openAt(CoreNode node) {
        return open.values().stream().filter(ticket -> ticket.submitter == node).count();
    }

    /// The number of the newest command.
    long issued() {
        return next;
    }

    /// A command up to `newest` of one of these replicas that nobody has answered yet.
    @Nullable Long unanswered(long newest, List<Integer> replicas) {
        for (var entry : open.headMap(newest, true).entrySet()) {
            if (replicas.contains(entry.getValue().submitter.index)) {
                return entry.getKey();
            }
        }
        return null;
    }
}
