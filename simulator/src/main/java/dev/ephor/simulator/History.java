package dev.ephor.simulator;

import dev.ephor.simulator.Model.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was asked of many registers and locks and what was answered, each object for itself: the
/// contents of docs/HISTORY.md's files.
final class History {
    final SortedMap<String, List<Timed<Linearizability.Operation>>> registers = new TreeMap<>();
    final SortedMap<String, List<Timed<LockModel.Operation>>> locks = new TreeMap<>();
    private int operations;
    private int unknown;
    private int withoutEffect;

    /// The line, and what is wrong with it.
    static final class Mistake extends Exception {
        private static final long serialVersionUID = 1L;

        Mistake(String file, int line, String what) {
            super(file + ":" + line + ": " + what);
        }
    }

    void add(String key, Timed<Linearizability.Operation> operation) {
        registers.computeIfAbsent(key, _ -> new ArrayList<>()).add(operation);
        count(operation);
    }

    void addLock(String key, Timed<LockModel.Operation> operation) {
        locks.computeIfAbsent(key, _ -> new ArrayList<>()).add(operation);
        count(operation);
    }

    private void count(Timed<?> operation) {
        operations++;
        unknown += operation.isUnknown() ? 1 : 0;
    }

    /// An operation that certainly had no effect, or of which nothing is known that could matter.
    void leaveOut() {
        operations++;
        withoutEffect++;
    }

    int operations() {
        return operations;
    }

    int unknown() {
        return unknown;
    }

    int withoutEffect() {
        return withoutEffect;
    }
}
