package dev.ephor.paxos;

import java.util.Optional;

/// A member that receives everything and does not vote yet. Every learner is there to become a
/// voter, so what it is to do then is part of the membership: whoever is coordinator when it has
/// caught up can promote it.
///
/// @param nonce the random number by which the applicant recognises that it was admitted, and not
///   somebody else under its number
/// @param replaces the voter that it takes the place of; empty where it votes beside the others
public record Learner(long nonce, Optional<ReplicaId> replaces) {}
