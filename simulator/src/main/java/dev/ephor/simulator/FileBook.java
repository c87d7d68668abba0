package dev.ephor.simulator;

import dev.ephor.client.EphorException;
import dev.ephor.simulator.Linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/// What clients asked of each file, when, and what they were told: a history for [Linearizability],
/// in true time. No two writes have the same contents, so the contents say which write a reader
/// saw.
final class FileBook {
    private final World world;
    private final Atlas atlas;
    private final TreeMap<String, List<Line>> files = new TreeMap<>();
    private long values;
    private long calls;

    /// One call.
    static final class Line {
        final long number;
        final String path;
        final long called;
        private Operation operation;
        private long returned = Linearizability.NEVER;
        private boolean without;

        Line(long number, String path, long called, Operation operation) {
            this.number = number;
            this.path = path;
            this.called = called;
            this.operation = operation;
        }
    }

    FileBook(World world, Atlas atlas) {
        this.world = world;
        this.atlas = atlas;
    }

    /// Contents that nobody wrote before.
    String fresh(String writer) {
        return writer + "." + ++values;
    }

    Line called(String path, Operation operation) {
        Line line = new Line(++calls, path, world.now(), operation);
        files.computeIfAbsent(path, _ -> new ArrayList<>()).add(line);
        note(line, "invoke");
        return line;
    }

    /// A read came back. A file that was made by opening it is empty, and for a reader of contents
    /// as good as none.
    void saw(Line line, String contents) {
        answered(line, new Operation.Read(contents.isEmpty() ? null : contents));
    }

    /// The call came back with this.
    void answered(Line line, Operation as) {
        line.operation = as;
        line.returned = world.now();
        boolean refused = as instanceof Operation.CompareAndSwap swap && !swap.swapped();
        note(line, refused ? "fail" : "ok");
    }

    private void note(Line line, String type) {
        world.note(
                "",
                HistoryNote.KIND,
                new HistoryNote(
                        Long.toString(line.number),
                        type,
                        world.now(),
                        line.path,
                        new HistoryNote.Asked.OfFile(line.operation)));
    }

    /// The call failed.
    void failed(Line line, Throwable failure) {
        switch (cause(failure)) {
            case EphorException.GenerationMismatch _
                    when line.operation instanceof Operation.CompareAndSwap swap ->
                    answered(
                            line,
                            new Operation.CompareAndSwap(swap.expected(), swap.value(), false));
            case EphorException.NotFound _ when line.operation instanceof Operation.Read ->
                    answered(line, new Operation.Read(null));
            case EphorException.OutcomeUnknown _ -> {
                note(line, "unknown");
                world.marks.reach("outcome unknown to a client");
            }
            case EphorException.SequencerInvalid _,
                    EphorException.SessionOver _,
                    EphorException.HandleInvalid _,
                    EphorException.Overloaded _ -> {
                note(line, "fail");
                line.without = true;
            }
            case Throwable other ->
                    throw world.broken(
                            "errors are as expected", line.operation + " failed with " + other);
        }
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    /// Judges everything so far.
    void judge() {
        files.forEach((path, lines) ->
                Linearizability.violation(history(lines), null)
                        .ifPresent(why ->
                                atlas.checkTimed(
                                        false, "files are linearizable", () -> path + ": " + why)));
    }

    /// What certainly had no effect does not belong into it.
    private static List<Linearizability.Event> history(List<Line> lines) {
        return lines.stream()
                .filter(line -> !line.without)
                .map(line -> new Linearizability.Event(line.called, line.returned, line.operation))
                .toList();
    }
}
