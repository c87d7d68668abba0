package dev.ephor.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// What the windows of one variant of a case gave: the median of every column by itself, the least
/// and the most of the rate, the sum of the errors. CPU is in cores.
record Summary(
        String shape,
        String peer,
        String operation,
        String placement,
        boolean compared,
        double rate,
        double slowest,
        double fastest,
        double p50,
        double p99,
        double p999,
        long errors,
        double cpuPerOperation,
        double client,
        double leader,
        double followers,
        double idle,
        double others,
        double flushesPerOperation) {

    static Summary of(Case shape, Variant variant, List<Window> windows) {
        return new Summary(
                shape.name(),
                variant.peer().name(),
                variant.operation().label,
                variant.placement().label,
                variant.compared(),
                median(windows, Window::rate),
                windows.stream().mapToDouble(Window::rate).min().orElseThrow(),
                windows.stream().mapToDouble(Window::rate).max().orElseThrow(),
                median(windows, Window::p50),
                median(windows, Window::p99),
                median(windows, Window::p999),
                windows.stream().mapToLong(Window::errors).sum(),
                median(windows, Window::cpuPerOperation),
                median(windows, window -> window.usage().client()),
                median(windows, window -> window.usage().leader()),
                median(windows, window -> window.usage().followers()),
                median(windows, window -> window.usage().idle()),
                median(windows, window -> window.usage().others()),
                median(windows, window -> window.usage().flushes() / window.rate()));
    }

    private static double median(List<Window> windows, ToDoubleFunction<Window> column) {
        double[] sorted = windows.stream().mapToDouble(column).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
