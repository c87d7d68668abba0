package dev.ephor.database;

import dev.ephor.paxos.Bytes;

/// A condition of a [MultiOp] on one row, or on the epoch.
public sealed interface Guard {
    /// There is no such row.
    record Absent(String key) implements Guard {}

    /// There is such a row.
    record Present(String key) implements Guard {}

    /// There is such a row, and this is its value.
    record Equals(String key, Bytes value) implements Guard {}

    /// The epoch has this number.
    record EpochIs(long number) implements Guard {}
}
