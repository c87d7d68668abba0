package dev.ephor.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Records what programs ask of a cell and what they are told, one JSON object a line, for `ephor
/// check-history` (docs/HISTORY.md has the format).
///
/// ```java
/// try (var file = Files.newBufferedWriter(Path.of("history.jsonl"));
///         var recorder = new HistoryRecorder(file);
///         var ephor = Ephor.connect("localhost:7400")) {
///     var recorded = recorder.record(ephor);
///     recorded.put("/ls/local/register", "1");
/// }
/// ```
///
/// Sessions of one machine may share a recorder, or have one each: their clock is the machine's.
/// Thread-safe. A line is written before its call is made, so that a history of a program that was
/// killed can be judged too, if `out` keeps what it was given; locks that such a program held have
/// to be added (docs/HISTORY.md says how).
public final class HistoryRecorder implements AutoCloseable {
    private final Appendable out;

    /// Processes that have no operation under way, by session: their numbers, and when the last one
    /// ended.
    private final TreeMap<String, TreeMap<Integer, Long>> idle = new TreeMap<>();

    private final TreeMap<String, Integer> processes = new TreeMap<>();
    private final Set<RecordedLock> held = new LinkedHashSet<>();

    /// @param out gets the lines; a `Writer` for example, which its owner closes after this
    ///   recorder
    public HistoryRecorder(Appendable out) {
        this.out = out;
    }

    /// A session, everything that is done through which is recorded.
    public RecordedEphor record(Ephor ephor) {
        return new RecordedEphor(this, ephor);
    }

    /// Ends the history: of the locks that were not given back it is not known how long they were
    /// held.
    @Override
    public void close() {
        List<RecordedLock> left;
        synchronized (this) {
            left = List.copyOf(held);
            held.clear();
        }
        left.forEach(RecordedLock::forget);
    }

    synchronized RecordedLock holds(RecordedLock lock) {
        held.add(lock);
        return lock;
    }

    /// False where it was given back already.
    synchronized boolean gaveBack(RecordedLock lock) {
        return held.remove(lock);
    }

    /// Begins an operation, of a process for which time does not run backwards by that.
    ///
    /// @param clock read in the order of the lines; or tells a time that is past
    synchronized Running begin(String session, LongSupplier clock, Fields call) {
        long time = clock.getAsLong();
        TreeMap<Integer, Long> free = idle.computeIfAbsent(session, any -> new TreeMap<>());
        int number =
                free.entrySet().stream()
                        .filter(ended -> ended.getValue() <= time)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseGet(() -> processes.merge(session, 1, Integer::sum));
        free.remove(number);
        String process = session + "." + number;
        write(new Fields(process, "invoke").and(call).put("time", time));
        return new Running(session, number, process);
    }

    private void write(Fields fields) {
        try {
            out.append(fields.toString()).append('\n');
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the history cannot be written", unwritable);
        }
    }

    /// An operation that is under way.
    final class Running {
        private final String session;
        private final int number;
        private final String process;

        Running(String session, int number, String process) {
            this.session = session;
            this.number = number;
            this.process = process;
        }

        /// @param type ok, fail or unknown
        void end(String type, LongSupplier clock, @Nullable Fields answer) {
            synchronized (HistoryRecorder.this) {
                Fields fields = new Fields(process, type);
                if (answer != null) {
                    fields.and(answer);
                }
                long time = clock.getAsLong();
                write(fields.put("time", time));
                idle.computeIfAbsent(session, any -> new TreeMap<>()).put(number, time);
            }
        }
    }

    /// The fields of a line, in the order in which they are put.
    static final class Fields {
        private final StringBuilder text = new StringBuilder();

        Fields() {}

        Fields(String process, String type) {
            put("process", process).put("type", type);
        }

        private StringBuilder name(String name) {
            if (text.length() > 0) {
                text.append(", ");
            }
            return quote(name).append(": ");
        }

        Fields put(String name, @Nullable String value) {
            name(name);
            if (value == null) {
                text.append("null");
            } else {
                quote(value);
            }
            return this;
        }

        Fields put(String name, long value) {
            name(name).append(value);
            return this;
        }

        Fields put(String name, boolean value) {
            name(name).append(value);
            return this;
        }

        Fields and(Fields others) {
            if (others.text.length() > 0) {
                text.append(", ").append(others.text);
            }
            return this;
        }

        private StringBuilder quote(String value) {
            text.append('"');
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\').append(c);
                } else if (c < 0x20 || Character.isSurrogate(c)) {
                    text.append(String.format("\\u%04x", (int) c));
                } else {
                    text.append(c);
                }
            }
            return text.append('"');
        }

        @Override
        public String toString() {
            return "{" + text + "}";
        }
    }
}
