package dev.ephor.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Lines in columns. A column whose title begins with `>` is set to the right.
final class Table {
    private static final String GAP = "  ";

    private final String[] titles;
    private final boolean[] right;
    private final List<String[]> rows = new ArrayList<>();

    Table(String... titles) {
        this.titles = new String[titles.length];
        this.right = new boolean[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            this.titles[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
    }

    Table row(Object... cells) {
        if (cells.length != titles.length) {
            throw new IllegalArgumentException(
                    cells.length + " cells in a row of " + titles.length);
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
        return this;
    }

    /// The rows without the titles.
    List<String> body() {
        int[] widths = widths(rows);
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /// The titles, then the rows.
    List<String> lines() {
        List<String[]> all = new ArrayList<>(rows);
        all.addFirst(titles);
        int[] widths = widths(all);
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private int[] widths(List<String[]> lines) {
        int[] widths = new int[titles.length];
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        return widths;
    }

    private String line(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            String padding = " ".repeat(widths[i] - cells[i].length());
            line.append(i == 0 ? "" : GAP);
            line.append(right[i] ? padding + cells[i] : cells[i] + padding);
        }
        return line.toString().stripTrailing();
    }
}
