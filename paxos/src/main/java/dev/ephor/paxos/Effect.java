package dev.ephor.paxos;

import java.util.List;

/// What the core asks the world to do, in order. The rule "disk before message" is the shape of
/// [Persist]: a message that depends on a record exists only inside that record's effect, so nobody
/// can send it early.
public sealed interface Effect {
    /// Send a message to another replica; it may get lost.
    record Send(ReplicaId to, Message message) implements Effect {}

    /// Send the same message to several replicas.
    record Broadcast(List<ReplicaId> to, Message message) implements Effect {
        public Broadcast {
            to = List.copyOf(to);
        }
    }

    /// Write the records; once they, and all written before them, are safely on disk, send the
    /// messages in `then` and give the core [Input.Persisted] with `ticket`. Effects of this kind
    /// complete in order.
    ///
    /// @param flush false where nothing depends on the records being safe soon (`then` is empty):
    ///   write them with the next flush
    record Persist(long ticket, List<Record> records, List<Send> then, boolean flush)
            implements Effect {
        public Persist {
            records = List.copyOf(records);
            then = List.copyOf(then);
            Check.that(
                    flush || then.isEmpty(),
                    "a message that depends on a record waits for the flush");
        }
    }

    /// The value at the instance is chosen. Handed out once a run for each instance, in order,
    /// without gaps.
    record Learn(long instance, Value value) implements Effect {}

    /// The submitted commands with these tickets were proposed, in this order, as the value of this
    /// instance. They can be chosen there or nowhere.
    record Proposed(long instance, List<Long> tickets) implements Effect {
        public Proposed {
            tickets = List.copyOf(tickets);
        }
    }

    /// The submitted commands with these tickets were never proposed, and never will be: this
    /// replica is not the coordinator (any more), or for another reason.
    record Refused(List<Long> tickets, Refusal reason) implements Effect {
        public Refused {
            tickets = List.copyOf(tickets);
        }
    }

    /// Why something was never proposed.
    enum Refusal {
        /// This replica is not the coordinator, or not any more.
        NOT_COORDINATOR,
        /// Too many commands are waiting.
        OVERLOADED,
        /// A change of members, too early: the coordinator is not master yet, or the new voters do
        /// not all follow it closely enough.
        NOT_READY,
        /// A change of members, while another one is undecided.
        CHANGE_IN_PROGRESS,
        /// A change that was made for members which are not the present ones.
        MEMBERS_CHANGED
    }

    /// [Input.TransferTo] had no effect: this replica goes on as before.
    record TransferFailed(String why) implements Effect {}

    /// Read chosen values from `from` on out of the log and send them to `to` as [Message.Chosen]
    /// (or [Message.SnapshotAvailable] where the log begins later): the core no longer holds them
    /// in memory.
    record ServeCatchUp(ReplicaId to, long from, long chosenUpTo) implements Effect {}

    /// This replica is so far behind that the log of `from` no longer has what it misses: fetch a
    /// snapshot there, install it, and give the core [Input.SnapshotInstalled].
    record FetchSnapshot(ReplicaId from, long instance) implements Effect {}

    /// This replica is coordinator from here on, with this sequence number. It is not master before
    /// the [Value.EpochStart] of this origin is learned.
    record BecameCoordinator(SequenceNumber sequence) implements Effect {}

    /// This replica is no longer coordinator.
    record LostCoordinator(SequenceNumber sequence, String why) implements Effect {}
}
