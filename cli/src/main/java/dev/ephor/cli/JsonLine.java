package dev.ephor.cli;

import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// One JSON object on one line, its members in the order in which they were put. Not thread-safe.
final class JsonLine {
    private final StringWriter text = new StringWriter();
    private final JsonGenerator generator =
            new JsonFactory().createGenerator(ObjectWriteContext.empty(), text);

    JsonLine() {
        generator.writeStartObject();
    }

    JsonLine put(String name, String value) {
        generator.writeStringProperty(name, value);
        return this;
    }

    JsonLine put(String name, long value) {
        generator.writeNumberProperty(name, value);
        return this;
    }

    JsonLine put(String name, boolean value) {
        generator.writeBooleanProperty(name, value);
        return this;
    }

    /// Milliseconds with three decimals.
    JsonLine putMillis(String name, long nanos) {
        generator.writeNumberProperty(name, Math.round(nanos / 1_000.0) / 1_000.0);
        return this;
    }

    JsonLine put(String name, List<String> values) {
        generator.writeArrayPropertyStart(name);
        values.forEach(generator::writeString);
        generator.writeEndArray();
        return this;
    }

    JsonLine put(String name, Consumer<JsonLine> object) {
        generator.writeObjectPropertyStart(name);
        object.accept(this);
        generator.writeEndObject();
        return this;
    }

    /// Ends the object; nothing can be put afterwards.
    @Override
    public String toString() {
        if (!generator.isClosed()) {
            generator.writeEndObject();
            generator.close();
        }
        return text.toString();
    }
}
