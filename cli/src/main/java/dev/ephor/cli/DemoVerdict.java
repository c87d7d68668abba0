package dev.ephor.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the demo showed, computed from what the workers saw and from what the cell holds at the
/// end.
///
/// @param gaps for each kill, how long no write was acknowledged
/// @param holdings how many times the lock was given
/// @param acknowledged how many lines were acknowledged
/// @param faults what must not be; each a sentence
/// @param lost acknowledged lines that are not there, or not as they were written
/// @param overlaps pairs of workers that had the lock at the same time
/// @param lateWriteRefused a write with the sequencer of a holding that is over was refused
record DemoVerdict(
        List<Duration> gaps,
        int holdings,
        int acknowledged,
        int lost,
        int overlaps,
        boolean lateWriteRefused,
        List<String> faults) {
    /// Much longer than any fail-over takes, even on a machine that has too much to do.
    static final Duration LONGEST_GAP = Duration.ofSeconds(10);

    DemoVerdict {
        gaps = List.copyOf(gaps);
        faults = List.copyOf(faults);
    }

    boolean passed() {
        return faults.isEmpty();
    }

    /// What the cell holds when all is over.
    ///
    /// @param journal line number to text
    /// @param counter the number of the last line, as the counter says
    /// @param lateWriteRefused what came of a write with an old sequencer
    record Remains(Map<Long, String> journal, long counter, boolean lateWriteRefused) {}

    /// @param kills when the master was killed, by the clock of the history, in order
    /// @param wanted how many kills there should have been
    static DemoVerdict of(
            DemoHistory.Snapshot history, List<Long> kills, int wanted, Remains remains) {
        List<String> faults = new ArrayList<>(history.complaints());
        if (kills.size() < wanted) {
            faults.add("only " + kills.size() + " of " + wanted + " fail-overs took place");
        }
        List<Duration> gaps = gaps(history.lines(), kills);
        for (Duration gap : gaps) {
            if (gap.compareTo(LONGEST_GAP) > 0) {
                faults.add("a fail-over took " + Durations.show(gap));
            }
        }
        int lost = lost(history, remains, faults);
        int overlaps = overlaps(history.holds(), faults);
        if (!remains.lateWriteRefused()) {
            faults.add("a write with the sequencer of a holding that was over was accepted");
        }
        if (history.lines().isEmpty()) {
            faults.add("nothing was written");
        }
        return new DemoVerdict(
                gaps,
                history.holds().size(),
                history.lines().size(),
                lost,
                overlaps,
                remains.lateWriteRefused(),
                faults);
    }

    /// For each kill the longest time between two acknowledgements that follow one another, from
    /// the last one before the kill to the next kill.
    private static List<Duration> gaps(List<DemoHistory.Line> lines, List<Long> kills) {
        List<Long> times = lines.stream().map(DemoHistory.Line::at).sorted().toList();
        List<Duration> gaps = new ArrayList<>();
        for (int i = 0; i < kills.size(); i++) {
            long from = kills.get(i);
            long to = i + 1 < kills.size() ? kills.get(i + 1) : Long.MAX_VALUE;
            long longest = 0;
            for (int k = 1; k < times.size(); k++) {
                boolean ofThisKill = times.get(k) > from && times.get(k - 1) < to;
                if (ofThisKill && times.get(k) <= to) {
                    longest = Math.max(longest, times.get(k) - times.get(k - 1));
                }
            }
            gaps.add(longest == 0 ? Duration.ofDays(1) : Duration.ofNanos(longest));
        }
        return gaps;
    }

    private static int lost(DemoHistory.Snapshot history, Remains remains, List<String> faults) {
        int lost = 0;
        TreeSet<Long> known = new TreeSet<>(history.doubtful());
        for (DemoHistory.Line line : history.lines()) {
            known.add(line.number());
            String found = remains.journal().get(line.number());
            if (!line.text().equals(found)) {
                lost++;
                faults.add(
                        "line %d was acknowledged as '%s' and is %s"
                                .formatted(
                                        line.number(),
                                        line.text(),
                                        found == null ? "not there" : "'" + found + "'"));
            }
        }
        String foreign =
                remains.journal().keySet().stream()
                        .filter(number -> !known.contains(number))
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "));
        if (!foreign.isEmpty()) {
            faults.add("lines are in the journal that nobody wrote: " + foreign);
        }
        long last = history.lines().stream().mapToLong(DemoHistory.Line::number).max().orElse(0);
        if (history.doubtful().isEmpty() && remains.counter() != last) {
            faults.add("the counter is %d and should be %d".formatted(remains.counter(), last));
        }
        return lost;
    }

    private static int overlaps(List<DemoHistory.Hold> holds, List<String> faults) {
        List<DemoHistory.Hold> sorted =
                holds.stream().sorted(Comparator.comparingLong(DemoHistory.Hold::from)).toList();
        int overlaps = 0;
        for (int i = 1; i < sorted.size(); i++) {
            DemoHistory.Hold now = sorted.get(i);
            for (DemoHistory.Hold earlier : sorted.subList(0, i)) {
                if (earlier.until() > now.from()) {
                    overlaps++;
                    faults.add(
                            "workers %d and %d had the lock at the same time"
                                    .formatted(earlier.worker(), now.worker()));
                }
            }
            if (now.generation() <= sorted.get(i - 1).generation()) {
                faults.add(
                        "holding %d came after holding %d"
                                .formatted(now.generation(), sorted.get(i - 1).generation()));
            }
        }
        return overlaps;
    }
}
