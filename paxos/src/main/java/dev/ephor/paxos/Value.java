package dev.ephor.paxos;

import java.util.List;

/// What an instance agrees on. Every value names its *origin*: the sequence number of the
/// mastership that first proposed it. A later coordinator that recovers and proposes the value
/// again leaves the origin as it is, so everybody can tell at every instance under whose mastership
/// the value was made (see [Epoch]).
public sealed interface Value {
    /// The sequence number of the mastership that first proposed this value.
    SequenceNumber origin();

    /// Bytes of application data in it.
    default int size() {
        return 0;
    }

    /// Closes a gap (PML §4.2): proposed by a new coordinator where no promise carried a value.
    record NoOp(SequenceNumber origin) implements Value {}

    /// A new master's first entry (PML §5.3): from this instance on the epoch is the number of this
    /// instance.
    record EpochStart(SequenceNumber origin) implements Value {}

    /// Commands of the application, batched: they share the instance, and the disk flush (PML §8).
    ///
    /// @param commands in the order in which they take effect; at least one
    record Commands(SequenceNumber origin, List<Bytes> commands) implements Value {
        public Commands {
            commands = List.copyOf(commands);
            Check.that(!commands.isEmpty(), "a value of commands has at least one");
        }

        @Override
        public int size() {
            int size = 0;
            for (Bytes command : commands) {
                size += command.length();
            }
            return size;
        }
    }

    /// From the next instance on these are the members (PML §5.4), provided that the members before
    /// it are those that the change was made for: see [Membership#after].
    ///
    /// @param basedOn [Membership#since()] of the members that it changes
    record MembershipChange(SequenceNumber origin, long basedOn, Membership membership)
            implements Value {
        public MembershipChange {
            Check.that(!membership.voters().isEmpty(), "a membership has at least one voter");
        }
    }
}
