package dev.ephor.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/// Prints what was measured.
final class Report {
    /// A column of the full table.
    private record Column(String name, Function<Summary, String> value) {}

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("case", Summary::shape),
                    new Column("peer", Summary::peer),
                    new Column("operation", Summary::operation),
                    new Column("servers", Summary::placement),
                    new Column("ops/s", s -> number(s.rate(), 0)),
                    new Column("min", s -> number(s.slowest(), 0)),
                    new Column("max", s -> number(s.fastest(), 0)),
                    new Column("p50_us", s -> number(s.p50(), 0)),
                    new Column("p99_us", s -> number(s.p99(), 0)),
                    new Column("p99.9_us", s -> number(s.p999(), 0)),
                    new Column("errors", s -> Long.toString(s.errors())),
                    new Column("cpu_us/op", s -> number(s.cpuPerOperation(), 0)),
                    new Column("client_cpu%", s -> number(100 * s.client(), 0)),
                    new Column("leader_cpu%", s -> number(100 * s.leader(), 0)),
                    new Column("followers_cpu%", s -> number(100 * s.followers(), 0)),
                    new Column("idle%", s -> number(100 * s.idle(), 0)),
                    new Column("others%", s -> number(100 * s.others(), 0)),
                    new Column("flushes/op", s -> number(s.flushesPerOperation(), 2)));

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    /// Side by side, then everything. CPU in percent of one core.
    void table(List<Summary> summaries) {
        comparison(summaries);
        out.println();
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS.stream().map(Column::name).toList());
        summaries.forEach(s -> rows.add(COLUMNS.stream().map(c -> c.value().apply(s)).toList()));
        aligned(rows);
    }

    /// The same figures, all columns, separated by tabs.
    void tsv(List<Summary> summaries) {
        out.println(String.join("\t", COLUMNS.stream().map(Column::name).toList()));
        for (Summary summary : summaries) {
            List<String> row = COLUMNS.stream().map(c -> c.value().apply(summary)).toList();
            out.println(String.join("\t", row));
        }
    }

    /// One object a line.
    void json(List<Summary> summaries) {
        JsonMapper mapper = JsonMapper.builder().build();
        summaries.forEach(summary -> out.println(mapper.writeValueAsString(summary)));
    }

    /// Of each peer the variant with the highest rate, and how much faster the first peer is than
    /// each of the others.
    private void comparison(List<Summary> summaries) {
        Map<String, Map<String, Summary>> best = new LinkedHashMap<>();
        for (Summary summary : summaries) {
            Map<String, Summary> row =
                    best.computeIfAbsent(summary.shape(), shape -> new LinkedHashMap<>());
            if (summary.compared()) {
                row.merge(
                        summary.peer(),
                        summary,
                        (one, other) ->
                                Comparator.comparingDouble(Summary::rate).compare(one, other) >= 0
                                        ? one
                                        : other);
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, Map<String, Summary>> entry : best.entrySet()) {
            List<Summary> peers = List.copyOf(entry.getValue().values());
            if (rows.isEmpty()) {
                rows.add(header(peers));
            }
            List<String> row = new ArrayList<>(List.of(entry.getKey()));
            peers.forEach(peer -> row.addAll(cells(peer)));
            Optional<Summary> first = peers.stream().findFirst();
            first.ifPresent(mine ->
                    peers.stream()
                            .skip(1)
                            .forEach(other -> {
                                row.add(number(mine.rate() / other.rate(), 2));
                                row.add(
                                        number(
                                                other.cpuPerOperation() / mine.cpuPerOperation(),
                                                2));
                            }));
            rows.add(row);
        }
        aligned(rows);
    }

    private static List<String> header(List<Summary> peers) {
        List<String> row = new ArrayList<>(List.of("case"));
        for (Summary peer : peers) {
            row.addAll(List.of(peer.peer(), "min-max", "p50_us", "p99_us", "cpu_us/op"));
        }
        peers.stream()
                .skip(1)
                .forEach(other -> {
                    row.add("ratio");
                    row.add("cpu_ratio");
                });
        return row;
    }

    private static List<String> cells(Summary peer) {
        return List.of(
                number(peer.rate(), 0) + "/s",
                number(peer.slowest(), 0) + "-" + number(peer.fastest(), 0),
                number(peer.p50(), 0),
                number(peer.p99(), 0),
                number(peer.cpuPerOperation(), 0));
    }

    /// Rows in columns of the width that they need.
    void aligned(List<List<String>> rows) {
        int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                // The name to the left, numbers to the right.
                line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String number(double value, int digits) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
