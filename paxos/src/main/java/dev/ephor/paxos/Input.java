package dev.ephor.paxos;

import java.util.List;
import java.util.Optional;

/// Everything that can happen to the core. Time comes with each step as a number, randomness as a
/// seeded generator.
public sealed interface Input {
    /// Time has passed: due at least every [Settings#tick()].
    record Tick() implements Input {}

    /// A message arrived.
    record Received(ReplicaId from, Message message) implements Input {}

    /// The application has commands for the log. Each ticket comes back in one [Effect.Proposed] or
    /// [Effect.Refused].
    record Submit(List<Command> commands) implements Input {
        public Submit {
            commands = List.copyOf(commands);
        }
    }

    /// One command with the submitter's ticket for it.
    record Command(long ticket, Bytes bytes) {}

    /// The [Effect.Persist] with this ticket, and all before it, are on disk.
    record Persisted(long ticket) implements Input {}

    /// The application's state was replaced by a snapshot that covers every instance up to
    /// `instance`; it is on disk.
    record SnapshotInstalled(long instance, Membership membership) implements Input {}

    /// A snapshot could not be fetched; ask somebody else.
    record SnapshotFailed() implements Input {}

    /// The replay log now begins after `instance`: a snapshot covers everything up to it.
    record Truncated(long instance) implements Input {}

    /// Change the members. The ticket comes back in one [Effect.Proposed] or [Effect.Refused].
    ///
    /// @param basedOn [Membership#since()] of the members that `next` was made from
    /// @param next what the members are to be; its own `since` says nothing
    record ChangeMembership(long ticket, long basedOn, Membership next) implements Input {}

    /// Hand the mastership over to the target, or else to the voter that is the furthest: it is
    /// coordinator within about two round trips. Where that cannot be done in time nothing changes,
    /// and [Effect.TransferFailed] says why.
    record TransferTo(Optional<ReplicaId> target, String why) implements Input {}

    /// Give up being coordinator, and the lease with it, so that another replica can be master at
    /// once.
    record StepDown(String why) implements Input {}
}
