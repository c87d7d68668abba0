package dev.ephor.database;

import dev.ephor.paxos.Bytes;

/// One operation of a [MultiOp]. Its result is the value that the row had before it.
public sealed interface Op {
    String key();

    /// The row has this value from here on, whether or not it was there.
    record Insert(String key, Bytes value) implements Op {}

    /// The row is not there from here on, whether or not it was.
    record Delete(String key) implements Op {}

    record Lookup(String key) implements Op {}
}
