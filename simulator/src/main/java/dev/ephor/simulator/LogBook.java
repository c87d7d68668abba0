package dev.ephor.simulator;

import dev.ephor.log.NotChosenException;
import dev.ephor.log.NotMasterException;
import dev.ephor.log.OutcomeUnknownException;
import dev.ephor.log.OverloadedException;
import dev.ephor.log.RemovedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every command of a run, and what its submitter was told. What was told must stay true: an
/// acknowledged command is where it was said to be, and one that was said to be without effect is
/// nowhere.
final class LogBook {
    private final World world;

    /// By number of the command, from 1 on.
    private final List<Line> lines = new ArrayList<>();

    /// Those that somebody waits for, the oldest first.
    private final LinkedHashMap<Long, Line> open = new LinkedHashMap<>();

    private final int[] opened;
    private long newestAcknowledged;

    private static final class Line {
        final int submitter;
        long chosenAt;
        boolean without;

        Line(int submitter) {
            this.submitter = submitter;
        }
    }

    LogBook(World world, int replicas) {
        this.world = world;
        this.opened = new int[replicas];
    }

    long nextTicket() {
        return lines.size() + 1L;
    }

    /// Commands that this submitter waits for.
    int open(int submitter) {
        return opened[submitter];
    }

    /// The newest instance that a submitter knows to have taken effect.
    long newestAcknowledged() {
        return newestAcknowledged;
    }

    void submitted(LogCommand command, int submitter) {
        world.check(
                command.ticket() == nextTicket(), "a command is submitted once", command::toString);
        Line line = new Line(submitter);
        lines.add(line);
        open.put(command.ticket(), line);
        opened[submitter]++;
    }

    private Line line(LogCommand command) {
        long ticket = command.ticket();
        if (ticket < 1 || ticket > lines.size()) {
            throw world.broken("nothing is made up", "nobody submitted " + command);
        }
        return lines.get((int) ticket - 1);
    }

    void chosen(LogCommand command, long instance) {
        Line line = line(command);
        world.check(!line.without, "refused is never chosen", () -> command + " at " + instance);
        world.check(
                line.chosenAt == 0 || line.chosenAt == instance,
                "a command is chosen once",
                () -> command + " at " + line.chosenAt + " and at " + instance);
        line.chosenAt = instance;
    }

    void acknowledged(LogCommand command, CheckingApplication.Applied applied) {
        Line line = close(command);
        world.check(
                line.chosenAt == applied.instance(),
                "acknowledged is applied",
                () ->
                        command
                                + " acknowledged for "
                                + applied.instance()
                                + ", chosen at "
                                + line.chosenAt);
        newestAcknowledged = Math.max(newestAcknowledged, applied.instance());
    }

    void failed(LogCommand command, @Nullable Throwable error) {
        Line line = close(command);
        switch (error) {
            case NotMasterException _, NotChosenException _ -> line.without = true;
            case RemovedException _ -> {
                line.without = true;
                world.marks.reach("submission refused: removed");
            }
            case OverloadedException _ -> {
                line.without = true;
                world.marks.reach("submission refused: overloaded");
            }
            case OutcomeUnknownException _ -> world.marks.reach("outcome unknown");
            case null, default -> throw world.broken("errors are typed", command + ": " + error);
        }
        if (error instanceof NotChosenException) {
            world.marks.reach("another value chosen where a command was proposed");
        }
        world.check(
                !line.without || line.chosenAt == 0,
                "refused is never chosen",
                () -> command + " at " + line.chosenAt + ": " + error);
    }

    private Line close(LogCommand command) {
        Line line = line(command);
        world.check(open.remove(command.ticket()) != null, "one answer", command::toString);
        opened[line.submitter]--;
        return line;
    }

    /// The process that was asked is gone, and its answers with it.
    void died(int submitter) {
        open.values().removeIf(line -> line.submitter == submitter);
        opened[submitter] = 0;
    }

    /// A command up to `newest` that one of these replicas has not answered.
    @Nullable Long unanswered(long newest, List<Integer> replicas) {
        for (var entry : open.entrySet()) {
            if (entry.getKey() > newest) {
                break;
            }
            if (replicas.contains(entry.getValue().submitter)) {
                return entry.getKey();
            }
        }
        return null;
    }
}
