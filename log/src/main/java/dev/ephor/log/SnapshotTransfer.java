package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One attempt of [SnapshotFetch] to get a snapshot. Confined to the loop.
final class SnapshotTransfer {
    final SnapshotOffers offers;

    /// Who has the snapshot that is being fetched, and was not asked for pieces yet.
    final ArrayDeque<ReplicaId> untried = new ArrayDeque<>();

    /// Who is asked for pieces.
    @Nullable ReplicaId from;

    /// Where the next piece begins.
    long next;

    /// Pieces that were asked for and are not on their way to the disk.
    final TreeSet<Long> outstanding = new TreeSet<>();

    /// Pieces that are on their way to the disk.
    final TreeSet<Long> writing = new TreeSet<>();

    /// What was fetched is read and checked.
    boolean completing;

    /// When it came further the last time, or began.
    long progressAt;

    long askedAt;

    SnapshotTransfer(List<ReplicaId> everybody) {
        this.offers = new SnapshotOffers(everybody);
    }

    /// From the beginning up to here everything is on the disk.
    long written() {
        long least = next;
        least = outstanding.isEmpty() ? least : Math.min(least, outstanding.getFirst());
        return writing.isEmpty() ? least : Math.min(least, writing.getFirst());
    }
}
