package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import java.util.List;
import java.util.Optional;

/// What came of a [MultiOp]; the same on every replica.
public sealed interface MultiOpResult {
    /// It took effect.
    ///
    /// @param guardsHeld whether `then` ran, or else `otherwise`
    /// @param before for each operation that ran, the value that its row had before it
    record Applied(boolean guardsHeld, List<Optional<Bytes>> before) implements MultiOpResult {
        public Applied {
            before = List.copyOf(before);
        }
    }

    /// It had no effect: it was made in an epoch that is over, or one that was proposed before it
    /// in the same epoch had none (PML §5.3).
    ///
    /// @param current the epoch's number
    record EpochPassed(long current) implements MultiOpResult {}

    /// It had no effect, because its bytes are not those of a MultiOp that this version knows.
    record Malformed(String why) implements MultiOpResult {}
}
