package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.List;

/// What a request is answered with: one record for each [Call], and one for refusal.
public sealed interface Answer {
    /// Refused, without effect.
    record Failed(ErrorCode code, String detail) implements Answer {}

    record Opened(Bytes handle, boolean created, Stat stat) implements Answer {}

    record Closed() implements Answer {}

    record Contents(Bytes contents, Stat stat) implements Answer {}

    record NodeStat(Stat stat) implements Answer {}

    /// @param children in order of name
    /// @param more there are more after the last
    record Children(List<Child> children, boolean more, Stat stat) implements Answer {
        public Children {
            children = List.copyOf(children);
        }
    }

    /// A directory's child, in [Children].
    record Child(String name, Stat stat) {}

    record Written(Stat stat, boolean created) implements Answer {}

    record Deleted() implements Answer {}

    record Acquired(String sequencer, long lockGeneration) implements Answer {}

    record Released() implements Answer {}

    record Sequencer(String sequencer) implements Answer {}

    record SequencerChecked(boolean valid) implements Answer {}

    /// @param handle carries the sequencer; to be used instead of the one in the request
    record SequencerSet(Bytes handle) implements Answer {}

    record SessionClosed() implements Answer {}
}
