package dev.ephor.paxos;

/// A value that a replica has accepted at an instance.
///
/// @param instance its place in the log, 1 or more
/// @param sequence the sequence number under which it was accepted last (not the value's origin)
/// @param value what was accepted
public record Entry(long instance, SequenceNumber sequence, Value value) {
    public Entry {
        Check.that(instance > 0, "instances count from 1");
    }
}
