package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;

/// Where a replica of the cell is, as it said last.
///
/// @param replica who it is
/// @param address where the other replicas reach it
/// @param service what its [Seat] tells the others, where clients reach it for example
public record Endpoint(ReplicaId replica, Address address, String service) {}
