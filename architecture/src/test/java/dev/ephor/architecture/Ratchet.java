package dev.ephor.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A limit with a list of exceptions that only shrinks: a thing on the list may not be longer than
/// the list says, and must be taken from it, or its number lowered, when it has become shorter.
final class Ratchet {
    private final String what;
    private final int limit;
    private final Map<String, Integer> exceptions;
    private final Map<String, Integer> seen = new TreeMap<>();

    Ratchet(String what, int limit, Map<String, Integer> exceptions) {
        this.what = what;
        this.limit = limit;
        this.exceptions = exceptions;
    }

    /// Of several things with one name the longest counts.
    void see(String name, int length) {
        seen.merge(name, length, Math::max);
    }

    void check() {
        List<String> complaints = new ArrayList<>();
        seen.forEach((name, length) -> {
            int allowed = exceptions.getOrDefault(name, limit);
            if (length > allowed) {
                complaints.add(name + " has " + length + " lines, over " + allowed);
            }
        });
        exceptions.forEach((name, length) -> {
            int now = seen.getOrDefault(name, 0);
            if (now < length) {
                complaints.add(name + " has " + now + " lines now: shrink the list");
            }
        });
        assertThat(complaints).as("%s of at most %d lines", what, limit).isEmpty();
    }
}
