package dev.ephor.simulator;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// One state of one replica with its disk, as one way that leads to it: the replica itself is made
/// again from that way whenever it is needed, because it cannot be copied. Ways that lead to the
/// same state are one [LocalState].
///
/// @param id unique among the states of all replicas
/// @param replica its index, from 0
/// @param disk all records that were ever flushed, in order
/// @param born how many of them were there when the process was born
/// @param bornAt its clock then
/// @param way what happened since, the newest first; null for nothing
/// @param unflushed what was handed to the disk and is not flushed, in order
/// @param used the sequence numbers under which this replica ever was coordinator
/// @param now its clock
/// @param leased until when it believes to hold the master lease
/// @param votes all that was ever accepted on this disk
/// @param votesNumber the same for equal votes
/// @param shapes what the state looks like under each renaming of the replicas, as a number
record LocalState(
        int id,
        int replica,
        List<Record> disk,
        int born,
        long bornAt,
        @Nullable Happened way,
        List<Effect.Persist> unflushed,
        SortedSet<SequenceNumber> used,
        long now,
        long leased,
        boolean coordinates,
        Set<Vote> votes,
        int votesNumber,
        int[] shapes) {
    /// An input, and what was before.
    ///
    /// @param choice what the replica's random generator gave
    record Happened(@Nullable Happened before, long now, Input input, int choice) {}

    /// The value was accepted at the instance under the sequence number, and that is on disk.
    record Vote(long instance, SequenceNumber sequence, Value value) {}

    boolean waitsForDisk() {
        return unflushed.stream().anyMatch(Effect.Persist::flush);
    }

    boolean isLeased() {
        return leased > now;
    }
}
