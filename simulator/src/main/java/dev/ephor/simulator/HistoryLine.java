package dev.ephor.simulator;

import dev.ephor.simulator.History.Mistake;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One line of a history: a JSON object. Fields that nobody asks for are let be, whatever they
/// hold; those that somebody asks for are texts, whole numbers, truth values or null.
///
/// @param number of the line, from 1
record HistoryLine(String file, int number, Map<String, Object> fields) {
    private static final JsonFactory JSON = new JsonFactory();

    /// Stands for null in `fields`.
    private static final Object NOTHING = new Object();

    /// Stands for what no field that is asked for may be, and says what it is to be.
    private record Unfit(String wanted) {}

    static HistoryLine parse(String file, int number, String text) throws Mistake {
        Map<String, Object> fields = new TreeMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Mistake(file, number, "not a JSON object: a line begins with {");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (fields.put(name, value(parser)) != null) {
                    fields.put(name, new Unfit("is there twice"));
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new Mistake(file, number, "one JSON object a line, and nothing after it");
            }
        } catch (JacksonException broken) {
            throw new Mistake(file, number, "not JSON: " + broken.getOriginalMessage());
        }
        return new HistoryLine(file, number, fields);
    }

    private static Object value(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> NOTHING;
            case VALUE_NUMBER_INT ->
                    parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                            ? new Unfit("has more than 64 bits")
                            : parser.getLongValue();
            case null, default -> {
                parser.skipChildren();
                yield new Unfit("is a text, a whole number, true, false or null");
            }
        };
    }

    Mistake mistake(String what) {
        return new Mistake(file, number, what);
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /// A text, or a number taken as one.
    String text(String field) throws Mistake {
        Object value = value(field);
        if (value instanceof String || value instanceof Long) {
            return value.toString();
        }
        throw mistake("\"" + field + "\" is a text");
    }

    @Nullable String textOrNull(String field) throws Mistake {
        return value(field) == NOTHING ? null : text(field);
    }

    long number(String field) throws Mistake {
        if (value(field) instanceof Long value) {
            return value;
        }
        throw mistake("\"" + field + "\" is a whole number");
    }

    boolean truth(String field) throws Mistake {
        if (value(field) instanceof Boolean value) {
            return value;
        }
        throw mistake("\"" + field + "\" is true or false");
    }

    boolean isExclusive() throws Mistake {
        return switch (text("mode")) {
            case "exclusive" -> true;
            case "shared" -> false;
            case String other -> throw mistake("\"mode\" is exclusive or shared, not " + other);
        };
    }

    /// Of a swap that failed: because another value was there than it wanted.
    boolean isMismatch() throws Mistake {
        return has("mismatch") && truth("mismatch");
    }

    private Object value(String field) throws Mistake {
        Object value = fields.get(field);
        if (value == null) {
            throw mistake("\"" + field + "\" is missing");
        }
        if (value instanceof Unfit unfit) {
            throw mistake("\"" + field + "\" " + unfit.wanted());
        }
        return value;
    }
}
