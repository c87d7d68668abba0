package dev.ephor.simulator;

import dev.ephor.simulator.History.Mistake;
import dev.ephor.simulator.Linearizability.Operation;
import dev.ephor.simulator.Model.Timed;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads histories as docs/HISTORY.md describes them: one JSON object a line, each the beginning or
/// the end of an operation of a process. Says of every mistake in which line it is.
final class HistoryReader {
    /// What some programs begin a text in UTF-8 with.
    private static final String MARK = "\uFEFF";

    private final History history = new History();

    // Of the file that is being read:
    private String file = "";
    private int number;
    private final Map<String, HistoryLine> open = new TreeMap<>();

    /// When the last operation of each process ended.
    private final Map<String, Ended> ended = new TreeMap<>();

    private record Ended(long time, int number) {}

    /// Takes in one file; what several hold together was measured with one clock.
    void read(String name, BufferedReader lines) throws IOException, Mistake {
        file = name;
        number = 0;
        open.clear();
        ended.clear();
        int before = history.operations();
        boolean begun = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = !begun && line.startsWith(MARK) ? line.substring(1) : line;
            begun |= !text.isBlank();
            if (!text.isBlank()) {
                take(HistoryLine.parse(file, number, text));
            }
        }
        if (history.operations() == before && open.isEmpty()) {
            throw new Mistake(file, Math.max(1, number), "no operation is in this history");
        }
        for (HistoryLine call : open.values()) {
            finish(call, null);
        }
    }

    History history() {
        return history;
    }

    private void take(HistoryLine line) throws Mistake {
        String process = line.text("process");
        String type = line.text("type");
        HistoryLine call = open.get(process);
        switch (type) {
            case "invoke" -> {
                if (call != null) {
                    throw line.mistake(
                            "process %s has an operation under way since line %d"
                                    .formatted(process, call.number()));
                }
                check(line);
                Ended before = ended.get(process);
                if (before != null && line.number("time") < before.time()) {
                    throw line.mistake(
                            "time goes back: an operation of process %s ended at %d (line %d)"
                                    .formatted(process, before.time(), before.number()));
                }
                open.put(process, line);
            }
            case "ok", "fail", "unknown" -> {
                if (call == null) {
                    throw line.mistake(
                            "process %s has no operation under way that could end"
                                    .formatted(process));
                }
                same(call, line, "operation");
                same(call, line, "key");
                if (line.number("time") < call.number("time")) {
                    throw line.mistake(
                            "time goes back: the operation began at %d (line %d)"
                                    .formatted(call.number("time"), call.number()));
                }
                open.remove(process);
                ended.put(process, new Ended(line.number("time"), line.number()));
                finish(call, line);
            }
            default -> throw line.mistake("\"type\" is invoke, ok, fail or unknown, not " + type);
        }
    }

    private static void same(HistoryLine call, HistoryLine end, String field) throws Mistake {
        if (end.has(field) && !end.text(field).equals(call.text(field))) {
            throw end.mistake(
                    "\"%s\" is not that of line %d, which it ends".formatted(field, call.number()));
        }
    }

    /// What a call must say is looked at where it stands, not where it ends.
    private static void check(HistoryLine call) throws Mistake {
        call.text("key");
        call.number("time");
        switch (call.text("operation")) {
            case "read" -> {}
            case "write" -> call.text("value");
            case "cas" -> {
                call.textOrNull("expected");
                call.text("value");
            }
            case "acquire" -> call.isExclusive();
            case "release" -> call.number("value");
            case "check" -> {
                call.isExclusive();
                call.number("value");
            }
            case String other ->
                    throw call.mistake(
                            "\"operation\" is read, write, cas, acquire, release or check, not "
                                    + other);
        }
    }

    /// @param end null where the file ends first
    private void finish(HistoryLine call, @Nullable HistoryLine end) throws Mistake {
        boolean unknown = end == null || end.text("type").equals("unknown");
        boolean failed = end != null && end.text("type").equals("fail");
        String name = call.text("operation");
        boolean refused = failed && name.equals("cas") && Objects.requireNonNull(end).isMismatch();
        if (failed && !refused) {
            history.leaveOut();
            return;
        }
        HistoryLine answer = unknown ? null : end;
        switch (name) {
            case "read" -> {
                if (answer == null) {
                    history.leaveOut();
                } else {
                    register(call, answer, new Operation.Read(answer.textOrNull("value")));
                }
            }
            case "write" -> register(call, answer, new Operation.Write(call.text("value")));
            case "cas" ->
                    register(
                            call,
                            answer,
                            new Operation.CompareAndSwap(
                                    call.textOrNull("expected"), call.text("value"), !refused));
            case "release" ->
                    lock(call, answer, new LockModel.Operation.Release(call.number("value")));
            case "acquire" ->
                    lock(
                            call,
                            answer,
                            new LockModel.Operation.Acquire(
                                    call.isExclusive(),
                                    answer == null ? null : answer.number("value")));
            default -> {
                if (answer == null) {
                    history.leaveOut();
                } else {
                    lock(
                            call,
                            answer,
                            new LockModel.Operation.Check(
                                    call.isExclusive(),
                                    call.number("value"),
                                    answer.truth("value")));
                }
            }
        }
    }

    private void register(HistoryLine call, @Nullable HistoryLine answer, Operation operation)
            throws Mistake {
        history.add(call.text("key"), timed(call, answer, operation));
    }

    private void lock(HistoryLine call, @Nullable HistoryLine answer, LockModel.Operation operation)
            throws Mistake {
        history.addLock(call.text("key"), timed(call, answer, operation));
    }

    private static <O> Timed<O> timed(HistoryLine call, @Nullable HistoryLine answer, O operation)
            throws Mistake {
        return new Timed<>(
                call.number("time"),
                answer == null ? Linearizability.NEVER : answer.number("time"),
                operation,
                call.text("process"),
                call.number());
    }
}
