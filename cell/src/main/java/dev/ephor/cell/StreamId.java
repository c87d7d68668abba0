package dev.ephor.cell;

/// Names one stream between a client and this replica. Whoever owns the streams numbers them; a
/// number is not used twice while the replica runs.
public record StreamId(long number) implements Comparable<StreamId> {
    @Override
    public int compareTo(StreamId other) {
        return Long.compare(number, other.number);
    }
}
