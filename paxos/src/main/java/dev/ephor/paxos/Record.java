package dev.ephor.paxos;

/// What a replica must not forget (PML §4.1). Records are written in the order in which the core
/// hands them out; replaying them in that order through [Recovered] gives the replica's durable
/// state again.
public sealed interface Record {
    /// Nothing below this sequence number will be promised or accepted any more.
    record Promised(SequenceNumber sequence) implements Record {}

    /// The value was accepted at the instance under the sequence number; implies the promise of it.
    record Accepted(long instance, SequenceNumber sequence, Value value) implements Record {}

    /// The value at the instance is known to be chosen (it came by catch-up); it needs no sequence
    /// number any more.
    record Chosen(long instance, Value value) implements Record {}

    /// Every value that this replica holds at an instance up to and including this one is the
    /// chosen one. A hint that saves work after a restart: losing it is harmless, so it is never
    /// flushed for its own sake.
    record ChosenUpTo(long instance) implements Record {}
}
