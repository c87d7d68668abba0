package dev.ephor.cell;

import java.util.Arrays;

/// A set of [EventType]s: which events a handle wants.
///
/// @param bits bit n stands for the type with ordinal n
public record EventTypes(int bits) {
    public static final EventTypes NONE = new EventTypes(0);

    private static final int ALL = (1 << EventType.values().length) - 1;

    public EventTypes {
        if ((bits & ~ALL) != 0) {
            throw new IllegalArgumentException("unknown event types: " + bits);
        }
    }

    public static EventTypes of(EventType... types) {
        return of(Arrays.asList(types));
    }

    public static EventTypes of(Iterable<EventType> types) {
        int bits = 0;
        for (EventType type : types) {
            bits |= 1 << type.ordinal();
        }
        return new EventTypes(bits);
    }

    public boolean contains(EventType type) {
        return (bits & 1 << type.ordinal()) != 0;
    }

    public boolean isEmpty() {
        return bits == 0;
    }
}
