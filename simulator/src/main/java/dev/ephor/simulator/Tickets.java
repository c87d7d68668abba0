package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What became of every submitted command, as its submitter was told. A command that was refused
/// must never be chosen; one that was proposed is decided when its submitter learns the value at
/// its instance.
final class Tickets {
    private final World world;

    /// What waits for its answer, in the order in which it was submitted.
    private final LinkedHashMap<Long, Ticket> open = new LinkedHashMap<>();

    private final List<Desk> desks = new ArrayList<>();
    private final BitSet refused = new BitSet();

    /// By number of the command.
    private long[] chosenAt = new long[1024];

    private int next;

    private static final class Ticket {
        final long number;
        final CoreNode submitter;
        long instance;

        Ticket(long number, CoreNode submitter) {
            this.number = number;
            this.submitter = submitter;
        }
    }

    /// What one replica waits for.
    private static final class Desk {
        int open;

        /// What it proposed, by instance; some of it may be answered.
        final Map<Long, List<Ticket>> proposed = new HashMap<>();
    }

    Tickets(World world) {
        this.world = world;
    }

    private Desk desk(CoreNode node) {
        while (desks.size() <= node.index) {
            desks.add(new Desk());
        }
        return desks.get(node.index);
    }

    long issue(CoreNode submitter) {
        long number = ++next;
        open.put(number, new Ticket(number, submitter));
        desk(submitter).open++;
        return number;
    }

    private boolean isKnown(long ticket) {
        return ticket > 0 && ticket <= next;
    }

    private void close(Ticket ticket) {
        open.remove(ticket.number);
        desk(ticket.submitter).open--;
    }

    void proposed(CoreNode node, Effect.Proposed proposed) {
        for (long number : proposed.tickets()) {
            Ticket mine = open.get(number);
            world.check(
                    mine != null && mine.submitter == node && mine.instance == 0,
                    "a command is proposed once",
                    () -> node.name + " proposed " + number + " at " + proposed.instance());
            if (mine != null) {
                mine.instance = proposed.instance();
                desk(node)
                        .proposed
                        .computeIfAbsent(mine.instance, _ -> new ArrayList<>())
                        .add(mine);
            }
        }
    }

    void refused(CoreNode node, Effect.Refused refusal) {
        for (long number : refusal.tickets()) {
            Ticket mine = open.get(number);
            world.check(
                    mine != null && mine.submitter == node && mine.instance == 0,
                    "a command is proposed or refused",
                    () -> node.name + " refused " + number);
            if (mine != null) {
                close(mine);
            }
            refused.set((int) number);
            world.marks.reach("command refused: " + refusal.reason());
        }
    }

    void learned(CoreNode node, long instance, Value value) {
        List<Bytes> commands =
                value instanceof Value.Commands(var _, List<Bytes> inside) ? inside : List.of();
        for (Bytes command : commands) {
            long number = CoreCommand.ticket(command);
            world.check(isKnown(number), "nothing is made up", () -> "nobody submitted " + number);
            checkChosenOnce((int) number, instance);
            world.check(
                    !refused.get((int) number),
                    "refused is never chosen",
                    () -> "command " + number);
            Ticket mine = open.get(number);
            if (mine != null && mine.submitter == node) {
                world.check(
                        mine.instance == instance,
                        "chosen where it was proposed",
                        () ->
                                "command "
                                        + number
                                        + " proposed at "
                                        + mine.instance
                                        + " is chosen at "
                                        + instance);
                close(mine);
            }
        }
        closeAt(node, instance);
    }

    private void checkChosenOnce(int number, long instance) {
        if (number >= chosenAt.length) {
            chosenAt = Arrays.copyOf(chosenAt, 2 * Math.max(number, chosenAt.length));
        }
        long other = chosenAt[number];
        world.check(
                other == 0 || other == instance,
                "a command is chosen once",
                () -> "command " + number + " at " + other + " and " + instance);
        chosenAt[number] = instance;
    }

    /// What was proposed where something else is chosen is answered by that.
    private void closeAt(CoreNode node, long instance) {
        for (Ticket ticket : desk(node).proposed.getOrDefault(instance, List.of())) {
            if (open.containsKey(ticket.number)) {
                close(ticket);
                world.marks.reach("another value chosen where a command was proposed");
            }
        }
        desk(node).proposed.remove(instance);
    }

    /// Commands whose instance a snapshot covered have an unknown outcome.
    void restored(CoreNode node, long instance) {
        for (Ticket ticket : of(node)) {
            if (ticket.instance > 0 && ticket.instance <= instance) {
                close(ticket);
            }
        }
        desk(node).proposed.keySet().removeIf(proposed -> proposed <= instance);
    }

    /// Who was removed is told nothing more: the outcome of what it proposed is unknown, as module
    /// log has it. What it did not propose, it refuses.
    void removed(CoreNode node) {
        restored(node, Long.MAX_VALUE);
    }

    void died(CoreNode node) {
        of(node).forEach(this::close);
        desk(node).proposed.clear();
    }

    private List<Ticket> of(CoreNode node) {
        return open.values().stream().filter(ticket -> ticket.submitter == node).toList();
    }

    /// How many commands of this replica wait for their answer.
    int openAt(CoreNode node) {
        return desk(node).open;
    }

    /// The number of the newest command.
    long issued() {
        return next;
    }

    /// A command up to `newest` of one of these replicas that nobody has answered yet.
    @Nullable String unanswered(long newest, List<Integer> replicas) {
        for (Ticket ticket : open.values()) {
            if (ticket.number > newest) {
                break;
            }
            if (replicas.contains(ticket.submitter.index)) {
                return "no answer to command "
                        + ticket.number
                        + " of "
                        + ticket.submitter.name
                        + (ticket.instance == 0 ? "" : ", proposed at " + ticket.instance);
            }
        }
        return null;
    }
}
