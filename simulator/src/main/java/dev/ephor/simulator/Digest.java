package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Settings;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything that an object holds, as a text: two objects of equal texts behave alike for ever. It
/// reads all fields, private ones too, of the classes of Ephor, and stops at what it does not know,
/// so that nothing is overlooked when a class gets a new field.
///
/// Three things are made abstract. Replicas are named by a given renaming. Of times only that is
/// told which can make a difference where a tick is as long as every time-out, and a step of coarse
/// time longer than every lease. Tickets of the disk that are done with are all alike.
final class Digest {
    /// Times that are past, and that are asked for only when another tick has passed, or whether a
    /// lease has: only the step of coarse time in which they lie matters.
    private static final Set<String> PAST =
            Set.of("heartbeatAt", "leasedOrBegunAt", "progressAt", "grantedAt");

    /// Times that a tick waits for: what the next tick finds due is all alike.
    private static final Set<String> DUE = Set.of("deadline", "electionDue");

    /// Ends of leases, which no tick reaches.
    private static final Set<String> ENDS = Set.of("until", "waitUntil");

    /// A time that is past, where it matters too whether any tick has passed since.
    private static final Set<String> ASKED = Set.of("askedAt");

    private static final long FAR = 3;

    /// Fields that hold a ticket of [dev.ephor.paxos.Effect.Persist].
    private static final Set<String> TICKETS = Set.of("lastTicket", "ownTicket", "ticket");

    private final Map<ReplicaId, ReplicaId> names;
    private final long now;
    private final long step;
    private final long flushed;
    private final Map<Class<?>, List<Field>> fields;
    private final IdentityHashMap<Object, Integer> seen = new IdentityHashMap<>();

    /// @param fields of the classes that were met so far, for many digests
    /// @param names how replicas are renamed; the others keep their names
    /// @param now the replica's clock
    /// @param step a step of coarse time
    /// @param flushed the last ticket that is done with
    Digest(
            Map<Class<?>, List<Field>> fields,
            Map<ReplicaId, ReplicaId> names,
            long now,
            long step,
            long flushed) {
        this.fields = fields;
        this.names = names;
        this.now = now;
        this.step = step;
        this.flushed = flushed;
    }

    String of(@Nullable Object object) {
        StringBuilder text = new StringBuilder();
        write(text, "", object);
        return text.toString();
    }

    private void write(StringBuilder text, String field, @Nullable Object object) {
        switch (object) {
            case null -> text.append('-');
            case Long number -> writeNumber(text, field, number);
            case OptionalLong number -> {
                text.append('?');
                if (number.isPresent()) {
                    writeNumber(text, field, number.getAsLong());
                }
            }
            case OptionalInt number -> text.append(number);
            case Integer number -> text.append(number);
            case Boolean truth -> text.append(truth ? 'T' : 'F');
            case String words -> text.append('"').append(words).append('"');
            case Enum<?> constant -> text.append(constant.name());
            case Optional<?> optional -> {
                text.append('?');
                optional.ifPresent(value -> write(text, field, value));
            }
            case ReplicaId replica -> text.append('r').append(names.getOrDefault(replica, replica));
            case Bytes bytes ->
                    text.append(java.util.HexFormat.of().formatHex(bytes.toByteArray()));
            case long[] numbers -> text.append(java.util.Arrays.toString(numbers));
            case byte[] bytes -> text.append(java.util.HexFormat.of().formatHex(bytes));
            // What never changes, and what the explorer decides itself.
            case Settings settings -> text.append('S');
            case RandomGenerator random -> text.append('R');
            case Map<?, ?> map -> writeMap(text, field, map);
            case Collection<?> values -> writeAll(text, field, values);
            default -> writeFields(text, object);
        }
    }

    private void writeNumber(StringBuilder text, String field, long number) {
        if (PAST.contains(field)) {
            text.append(number == Long.MIN_VALUE ? "never" : "" + Math.floorDiv(number, step));
        } else if (ASKED.contains(field)) {
            text.append(Math.floorDiv(number, step)).append(number < now ? "before" : "now");
        } else if (DUE.contains(field)) {
            text.append('~').append(Math.clamp(number - now, 1, FAR));
        } else if (ENDS.contains(field)) {
            text.append(number > now ? "runs" : "over");
        } else if (TICKETS.contains(field)) {
            text.append('#').append(Math.max(0, number - flushed));
        } else {
            text.append(number);
        }
    }

    /// In an order that does not depend on the names.
    private void writeMap(StringBuilder text, String field, Map<?, ?> map) {
        check(map instanceof SortedMap<?, ?>, map);
        TreeMap<String, Object> renamed = new TreeMap<>();
        map.forEach((key, value) -> renamed.put(part(field, key), value));
        text.append('{');
        renamed.forEach((key, value) -> {
            text.append(key).append('=');
            write(text, field, value);
            text.append(',');
        });
        text.append('}');
    }

    private void writeAll(StringBuilder text, String field, Collection<?> values) {
        check(!(values instanceof Set<?>) || values instanceof SortedSet<?>, values);
        List<String> parts = new ArrayList<>(values.size());
        values.forEach(value -> parts.add(part(field, value)));
        if (values instanceof Set<?>) {
            parts.sort(null);
        }
        text.append('[').append(String.join(",", parts)).append(']');
    }

    private String part(String field, @Nullable Object value) {
        StringBuilder part = new StringBuilder();
        write(part, field, value);
        return part.toString();
    }

    private void writeFields(StringBuilder text, Object object) {
        boolean isValue = object instanceof java.lang.Record;
        if (!isValue && seen.putIfAbsent(object, seen.size()) != null) {
            text.append('@').append(seen.get(object));
            return;
        }
        Class<?> type = object.getClass();
        check(type.getName().startsWith("dev.ephor."), object);
        text.append(type.getSimpleName()).append('(');
        try {
            for (Field field : fields.computeIfAbsent(type, Digest::fields)) {
                write(text, field.getName(), field.get(object));
                text.append(';');
            }
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(type + " cannot be read", closed);
        }
        text.append(')');
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> each = type;
                each != null && each != Object.class;
                each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static void check(boolean known, Object object) {
        if (!known) {
            throw new IllegalStateException("a digest cannot tell " + object.getClass() + " apart");
        }
    }
}
