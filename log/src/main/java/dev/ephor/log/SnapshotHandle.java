package dev.ephor.log;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;

/// Ties a snapshot to the log (PML §5.5): what the application's state was after exactly this
/// instance, and what else of the log's own state belongs to that point.
///
/// @param instance the last instance whose effect is in the snapshot
/// @param membership the members after that instance
/// @param epoch the epoch after that instance
public record SnapshotHandle(long instance, Membership membership, Epoch epoch) {}
