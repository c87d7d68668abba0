package dev.ephor.cli;

import java.util.ArrayList;
import java.util.List;

/// What the workers of the demo saw, with times of one monotonic clock. Thread-safe.
final class DemoHistory {
    private final List<Hold> holds = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Long> doubtful = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    /// A worker had the lock.
    ///
    /// @param generation the lock's, as its sequencer says
    /// @param from when the worker learned that it has the lock
    /// @param until when it last knew so: before it gave the lock back
    record Hold(int worker, long generation, long from, long until) {}

    /// A line of the journal that the cell acknowledged.
    ///
    /// @param number where it is in the journal
    /// @param text what was written
    /// @param at when the acknowledgement came
    record Line(long number, String text, long at) {}

    /// Everything up to one moment.
    ///
    /// @param holds in the order in which they ended
    /// @param lines in the order in which they were acknowledged
    /// @param doubtful numbers of lines whose outcome nobody told
    /// @param complaints what must not happen and was seen
    record Snapshot(
            List<Hold> holds, List<Line> lines, List<Long> doubtful, List<String> complaints) {
        Snapshot {
            holds = List.copyOf(holds);
            lines = List.copyOf(lines);
            doubtful = List.copyOf(doubtful);
            complaints = List.copyOf(complaints);
        }
    }

    synchronized void held(Hold hold) {
        holds.add(hold);
    }

    synchronized void acknowledged(Line line) {
        lines.add(line);
    }

    synchronized void inDoubt(long number) {
        doubtful.add(number);
    }

    synchronized void complain(String complaint) {
        complaints.add(complaint);
    }

    /// The number of the last line that was acknowledged, 0 for none.
    synchronized long lastNumber() {
        return lines.isEmpty() ? 0 : lines.getLast().number();
    }

    synchronized int lineCount() {
        return lines.size();
    }

    synchronized int holdCount() {
        return holds.size();
    }

    /// True where a line was acknowledged after this time.
    synchronized boolean goesOnAfter(long time) {
        return !lines.isEmpty() && lines.getLast().at() - time > 0;
    }

    synchronized Snapshot snapshot() {
        return new Snapshot(holds, lines, doubtful, complaints);
    }
}
