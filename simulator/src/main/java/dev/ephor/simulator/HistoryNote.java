package dev.ephor.simulator;

import dev.ephor.simulator.Linearizability.Operation;
import java.io.StringWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A line of a history, as docs/HISTORY.md describes it, for the trace: from there `--history`
/// takes it. Each call is a process of its own, because a simulated client makes many at a time.
///
/// @param process of the call: no other has it
/// @param type invoke, ok, fail or unknown
/// @param time true time, in nanoseconds
/// @param asked with its answer, where it has one
record HistoryNote(String process, String type, long time, String path, Asked asked) {
    /// The kind of such lines in a trace.
    static final String KIND = "history";

    private static final JsonFactory JSON = new JsonFactory();

    /// Of what.
    sealed interface Asked {
        record OfFile(Operation operation) implements Asked {}

        record OfLock(LockModel.Operation operation) implements Asked {}
    }

    /// The line of a history that a line of a trace carries.
    static Optional<String> in(String line) {
        int at = line.indexOf(" " + KIND + " ");
        int from = line.indexOf('{', Math.max(0, at));
        return at < 0 || from < 0 ? Optional.empty() : Optional.of(line.substring(from));
    }

    @Override
    public String toString() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("process", process);
            json.writeStringProperty("type", type);
            switch (asked) {
                case Asked.OfFile(Operation operation) -> write(json, operation);
                case Asked.OfLock(LockModel.Operation operation) -> write(json, operation);
            }
            json.writeNumberProperty("time", time);
            json.writeEndObject();
        }
        return text.toString();
    }

    private void write(JsonGenerator json, Operation operation) {
        switch (operation) {
            case Operation.Read(String seen) -> {
                name(json, "read");
                if (type.equals("ok")) {
                    text(json, "value", seen);
                }
            }
            case Operation.Write(String value) -> {
                name(json, "write");
                text(json, "value", value);
            }
            case Operation.CompareAndSwap(String expected, String value, boolean swapped) -> {
                name(json, "cas");
                text(json, "expected", expected);
                text(json, "value", value);
                if (type.equals("fail")) {
                    json.writeBooleanProperty("mismatch", !swapped);
                }
            }
        }
    }

    private void write(JsonGenerator json, LockModel.Operation operation) {
        switch (operation) {
            case LockModel.Operation.Acquire(boolean exclusive, Long generation) -> {
                name(json, "acquire");
                text(json, "mode", mode(exclusive));
                if (generation != null) {
                    json.writeNumberProperty("value", generation);
                }
            }
            case LockModel.Operation.Release(long generation) -> {
                name(json, "release");
                json.writeNumberProperty("value", generation);
            }
            case LockModel.Operation.Check(boolean exclusive, long generation, boolean valid) -> {
                name(json, "check");
                text(json, "mode", mode(exclusive));
                if (type.equals("ok")) {
                    json.writeBooleanProperty("value", valid);
                } else {
                    json.writeNumberProperty("value", generation);
                }
            }
        }
    }

    private static String mode(boolean exclusive) {
        return exclusive ? "exclusive" : "shared";
    }

    private void name(JsonGenerator json, String name) {
        json.writeStringProperty("operation", name);
        json.writeStringProperty("key", path);
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }
}
