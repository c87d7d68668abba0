package dev.ephor.log;

import dev.ephor.paxos.Record;
import java.util.BitSet;

/// Whether what the replay log holds of the instances that a snapshot covers is what was chosen
/// there, so that others may be sent it. It is where the snapshot was taken by this very replica.
/// Below one that was fetched the log may hold what was accepted and never chosen: the log says
/// then that it begins after the snapshot, but the machine can have stopped before that.
final class ChosenBelow {
    private final long base;

    /// By the distance to `base`: there is a value.
    private final BitSet held = new BitSet();

    /// By the distance to `base`: the value is known to be the chosen one.
    private final BitSet chosen = new BitSet();

    private long chosenUpTo;

    /// @param base the last instance that the snapshot covers
    ChosenBelow(long base) {
        this.base = base;
    }

    /// The log holds this, next.
    void see(Stored stored) {
        switch (stored) {
            case Stored.Core(Record.Accepted accepted) -> hold(accepted.instance(), false);
            case Stored.Core(Record.Chosen known) -> hold(known.instance(), true);
            case Stored.Core(Record.ChosenUpTo(long instance)) ->
                    chosenUpTo = Math.max(chosenUpTo, instance);
            case Stored.Core(Record.Promised ignored) -> {}
            case Stored.Started ignored -> {}
            case Stored.Highest ignored -> {}
            case Stored.Begins ignored -> {}
        }
    }

    private void hold(long instance, boolean known) {
        if (instance <= base && base - instance < Integer.MAX_VALUE) {
            int at = (int) (base - instance);
            held.set(at);
            chosen.set(at, known);
        }
    }

    /// True where the log has the chosen value of each instance after `begins`, up to the snapshot.
    boolean isWholeAfter(long begins) {
        if (base - begins >= Integer.MAX_VALUE) {
            return false;
        }
        int length = (int) Math.max(0, base - begins);
        int toldUpTo = (int) Math.min(length, Math.max(0, base - chosenUpTo));
        return held.nextClearBit(0) >= length && chosen.nextClearBit(0) >= toldUpTo;
    }
}
