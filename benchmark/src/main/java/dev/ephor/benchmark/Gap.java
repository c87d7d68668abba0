package dev.ephor.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// What clients noticed of one transfer.
///
/// @param load what `--loads` calls the load
/// @param first whether the new master had never been master
/// @param longest that a client waited for a write
/// @param control the longest wait in the pause before
/// @param done whether the one that was asked for is master
/// @param errors writes that failed
record Gap(
        String load, boolean first, Duration longest, Duration control, boolean done, long errors) {
    /// What `master transfer` is to stay below.
    private static final Duration TARGET = Duration.ofMillis(100);

    private static final List<String> HEADER =
            List.of(
                    "load",
                    "as master",
                    "transfers",
                    "p50_ms",
                    "p90_ms",
                    "max_ms",
                    "below_100_ms",
                    "control_p50_ms",
                    "control_max_ms",
                    "not_done",
                    "errors");

    /// A row for each load and for first and later times, in the order in which they came.
    static List<List<String>> table(List<Gap> gaps) {
        Map<List<String>, List<Gap>> groups = new LinkedHashMap<>();
        for (Gap gap : gaps) {
            groups.computeIfAbsent(
                            List.of(gap.load, gap.first ? "first time" : "again"),
                            key -> new ArrayList<>())
                    .add(gap);
        }
        List<List<String>> rows = new ArrayList<>(List.of(HEADER));
        groups.forEach((key, group) -> rows.add(row(key, group)));
        return rows;
    }

    private static List<String> row(List<String> key, List<Gap> group) {
        long below = group.stream().filter(gap -> gap.longest.compareTo(TARGET) < 0).count();
        List<String> row = new ArrayList<>(key);
        row.add(Integer.toString(group.size()));
        row.add(percentile(group, Gap::longest, 50));
        row.add(percentile(group, Gap::longest, 90));
        row.add(percentile(group, Gap::longest, 100));
        row.add(Long.toString(below));
        row.add(percentile(group, Gap::control, 50));
        row.add(percentile(group, Gap::control, 100));
        row.add(Long.toString(group.stream().filter(gap -> !gap.done).count()));
        row.add(Long.toString(group.stream().mapToLong(Gap::errors).sum()));
        return row;
    }

    /// The least of them that so many in a hundred do not exceed.
    private static String percentile(
            List<Gap> group, Function<Gap, Duration> column, int hundredths) {
        long[] sorted = group.stream().map(column).mapToLong(Duration::toNanos).toArray();
        Arrays.sort(sorted);
        int rank = Math.max(1, Math.ceilDiv(sorted.length * hundredths, 100));
        return String.format(Locale.ROOT, "%.1f", sorted[rank - 1] / 1e6);
    }
}
