package dev.ephor.log;

import dev.ephor.paxos.Check;

/// A replica's place in a cell, whatever becomes of its disk.
///
/// @param cell the cell's name, the same at all its replicas: 1 to 64 letters, digits, `.`, `_` or
///   `-`
/// @param number of the replica, 1 or more
/// @param service what the other replicas are told about this one for the application's purposes,
///   where its clients reach it for example; up to 256 characters, empty where there is nothing to
///   tell
public record Seat(String cell, int number, String service) {
    public Seat {
        Check.that(
                Identity.isCellName(cell),
                "a cell's name is 1 to 64 letters, digits, '.', '_' or '-'");
        Check.that(number > 0, "replicas count from 1");
        Check.that(service.length() <= 256, "what is told about a replica is short");
    }

    /// A seat about which the others need not know more.
    public static Seat of(String cell, int number) {
        return new Seat(cell, number, "");
    }
}
