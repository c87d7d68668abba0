package dev.ephor.paxos;

/// What the coordinator knows of another member.
///
/// @param acknowledged its durable prefix, as it acknowledged last
/// @param chosenUpTo how far it knows values to be chosen, as it said last
/// @param grantedAt when the newest heartbeat that it answered was sent, on the coordinator's
///   clock; [Long#MIN_VALUE] where it answered none
/// @param follows it granted the lease, has everything that was chosen before the coordinator
///   began, and what came since except for about a window: as a learner it can be promoted
public record PeerStatus(long acknowledged, long chosenUpTo, long grantedAt, boolean follows) {}
