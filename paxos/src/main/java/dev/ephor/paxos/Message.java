package dev.ephor.paxos;

import java.util.List;

/// What replicas say to each other. Any message may be lost, delayed, duplicated or overtaken by a
/// later one. docs/PROTOCOL.md has the table: who sends it when, what it promises, Lamport's and
/// Raft's names.
public sealed interface Message {
    /// "Promise me that you take nothing below this sequence number, and tell me what you accepted
    /// from `firstUnchosen` on" (phase 1; Lamport's prepare). One propose covers all instances from
    /// there (PML §4.2).
    ///
    /// @param released the holder of the lease that was granted under this number has handed over
    ///   to the candidate: the lease is no more, as if by [Release], which this message may have
    ///   overtaken. [SequenceNumber#NONE] where nobody handed over
    record Propose(SequenceNumber sequence, long firstUnchosen, SequenceNumber released)
            implements Message {}

    /// The answer to [Propose]: on the sender's disk before it leaves.
    ///
    /// @param sequence the sequence number promised
    /// @param chosenUpTo the sender knows the chosen value of every instance up to here
    /// @param accepted every entry of the sender above the larger of `chosenUpTo` and the
    ///   candidate's last chosen instance, in order of instance
    record Promise(SequenceNumber sequence, long chosenUpTo, List<Entry> accepted)
            implements Message {
        public Promise {
            accepted = List.copyOf(accepted);
        }
    }

    /// "Accept these values at the instances from `first` on" (phase 2; Lamport's accept).
    ///
    /// @param base the coordinator's first instance: below it every value is known to be chosen
    /// @param first instance of the first value
    /// @param values one an instance, contiguous; empty in a heartbeat
    /// @param chosenUpTo commit: every instance up to here is chosen; what the receiver accepted
    ///   under `sequence` at such an instance, and only that, is thereby the chosen value
    /// @param sentAt the coordinator's clock; the answer echoes it, and the master lease counts
    ///   from it
    record Accept(
            SequenceNumber sequence,
            long base,
            long first,
            List<Value> values,
            long chosenUpTo,
            long sentAt)
            implements Message {
        public Accept {
            values = List.copyOf(values);
        }
    }

    /// Every instance from the coordinator's base up to `upTo` is on the sender's disk, accepted
    /// under `sequence` or known to be chosen. One number says it all because a replica
    /// acknowledges only a contiguous prefix.
    record Acknowledge(SequenceNumber sequence, long upTo) implements Message {}

    /// The master lease: "from the time I received what you sent at `sentAt`, I refuse the proposes
    /// of everybody else for the agreed time". Needs no disk, so a slow flush delays no lease (PML
    /// §5.2, §7).
    ///
    /// @param sentAt the coordinator's clock as echoed
    /// @param upTo the sender's prefix as in [Acknowledge]
    /// @param chosenUpTo how far the sender knows values to be chosen, for status and flow
    record Grant(SequenceNumber sequence, long sentAt, long upTo, long chosenUpTo)
            implements Message {}

    /// "I promised `promised`, which is above your `sequence`", or (`leased`) "I granted the master
    /// lease to somebody else and it runs still".
    record Reject(SequenceNumber sequence, SequenceNumber promised, boolean leased)
            implements Message {}

    /// "The lease that I hold as coordinator with this sequence number is no more": sent by a
    /// master that steps down on purpose, so that the others need not wait for the lease to run
    /// out.
    record Release(SequenceNumber sequence) implements Message {}

    /// "My reign under this sequence number has ended, and with it the lease: be coordinator in my
    /// place, at once": a hand-over on purpose. The receiver has all that was proposed in the
    /// reign.
    record TakeOver(SequenceNumber sequence) implements Message {}

    /// "Send me the chosen values from `from` on" (PML §4.2 catch-up). Any replica may be asked.
    record CatchUp(long from) implements Message {}

    /// The answer to [CatchUp].
    ///
    /// @param first instance of the first value
    /// @param values chosen values, contiguous; empty where the sender has none from there on
    /// @param chosenUpTo how far the sender knows values to be chosen
    record Chosen(long first, List<Value> values, long chosenUpTo) implements Message {
        public Chosen {
            values = List.copyOf(values);
        }
    }

    /// The answer to [CatchUp] where the sender's log begins after what was asked for: it has a
    /// snapshot that covers everything up to `instance`.
    record SnapshotAvailable(long instance, long chosenUpTo) implements Message {}
}
