package dev.ephor.simulator;

import dev.ephor.log.NotChosenException;
import dev.ephor.log.NotMasterException;
import dev.ephor.log.OutcomeUnknownException;
import dev.ephor.log.OverloadedException;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every command of a run, and what its submitter was told. What was told must stay true: an
/// acknowledged command is where it was said to be, and one that was said to be without effect is
/// nowhere.
final class LogBook {
    private final World world;
    private final TreeMap<Long, Line> lines = new TreeMap<>();
    private final int[] open;
    private long newestAcknowledged;

    private static final class Line {
        final int submitter;
        long chosenAt;
        boolean open = true;
        boolean without;

        Line(int submitter) {
            this.submitter = submitter;
        }
    }

    LogBook(World world, int replicas) {
        this.world = world;
        this.open = new int[replicas];
    }

    long nextTicket() {
        return lines.size() + 1L;
    }

    /// Commands that this submitter waits for.
    int open(int submitter) {
        return open[submitter];
    }

    /// The newest instance that a submitter knows to have taken effect.
    long newestAcknowledged() {
        return newestAcknowledged;
    }

    void submitted(LogCommand command, int submitter) {
        lines.put(command.ticket(), new Line(submitter));
        open[submitter]++;
    }

    private Line line(LogCommand command) {
        Line line = lines.get(command.ticket());
        if (line == null) {
            throw world.broken("nothing is made up", "nobody submitted " + command);
        }
        return line;
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
        world.check(line.open, "one answer", command::toString);
        line.open = false;
        open[line.submitter]--;
        return line;
    }

    /// The process that was asked is gone, and its answers with it.
    void died(int submitter) {
        for (Line line : lines.values()) {
            if (line.open && line.submitter == submitter) {
                line.open = false;
                open[submitter]--;
            }
        }
    }

    /// A command up to `newest` that one of these replicas has not answered.
    @Nullable Long unanswered(long newest, List<Integer> replicas) {
        for (var entry : lines.headMap(newest, true).entrySet()) {
            if (entry.getValue().open && replicas.contains(entry.getValue().submitter)) {
                return entry.getKey();
            }
        }
        return null;
    }
}
