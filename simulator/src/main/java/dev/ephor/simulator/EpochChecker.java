package dev.ephor.simulator;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;

/// Judges epochs by what speculation rests on: while an epoch belongs to a reign, every value since
/// its first one was of that reign, so nothing came between that its master did not have in front
/// of it. Told from the chosen values alone.
final class EpochChecker {
    private final CoreCell cell;

    /// For each instance, from 1 on, the first one from which all values up to it are of one
    /// origin.
    private final List<Long> since = new ArrayList<>(List.of(0L));

    private SequenceNumber last = SequenceNumber.NONE;

    EpochChecker(CoreCell cell) {
        this.cell = cell;
    }

    /// @param epoch after the value, as the replica has it
    void learned(CoreNode node, long instance, Value value, Epoch epoch) {
        SequenceNumber origin = value.origin();
        if (instance == since.size()) {
            since.add(origin.equals(last) ? since.getLast() : (Long) instance);
            last = origin;
        }
        cell.world.check(
                epoch.owner().isNone()
                        || epoch.owner().equals(origin)
                                && since.get((int) instance) <= epoch.number(),
                "an epoch has values of one reign only",
                () -> node.name + " is in " + epoch + " after " + instance + ", of " + origin);
    }
}
