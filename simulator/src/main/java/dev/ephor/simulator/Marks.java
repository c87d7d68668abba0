package dev.ephor.simulator;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// "Sometimes this must happen": how often rare things did. They are told from messages, effects
/// and files, never by hooks in the code under test. A mark that no seed reaches says that the
/// tests of that branch prove nothing.
final class Marks {
    private final TreeMap<String, Long> counts = new TreeMap<>();

    void reach(String mark) {
        counts.merge(mark, 1L, Long::sum);
    }

    void addAll(Map<String, Long> others) {
        others.forEach((mark, count) -> counts.merge(mark, count, Long::sum));
    }

    SortedMap<String, Long> counts() {
        return counts;
    }
}
