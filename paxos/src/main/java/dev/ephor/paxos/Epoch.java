package dev.ephor.paxos;

/// The epoch after some instance (PML §5.3).
///
/// @param number the instance that began it; 0 before the first. Rises with every change and is
///   never used twice
/// @param owner the mastership that it belongs to; [SequenceNumber#NONE] where a value of another
///   origin ended the epoch of its owner, so that it is nobody's
public record Epoch(long number, SequenceNumber owner) {
    /// Before the first instance.
    public static final Epoch NONE = new Epoch(0, SequenceNumber.NONE);

    /// The epoch after `value` at `instance`, where this was the epoch before it.
    ///
    /// A value of another origin ends the epoch. This is what makes speculation safe: a command of
    /// a mastership takes effect only if every value since its [Value.EpochStart] was of that same
    /// mastership, hence exactly what the master had in front of it when it made the command.
    /// (Sequence numbers that only rise would not do: a later coordinator may recover a value from
    /// the middle of an earlier mastership after it lost one before it.)
    public Epoch after(long instance, Value value) {
        return switch (value) {
            case Value.EpochStart start -> new Epoch(instance, start.origin());
            case Value.NoOp noOp -> continuedBy(instance, noOp);
            case Value.Commands commands -> continuedBy(instance, commands);
            case Value.MembershipChange change -> continuedBy(instance, change);
        };
    }

    private Epoch continuedBy(long instance, Value value) {
        if (owner.isNone() || owner.equals(value.origin())) {
            return this;
        }
        return new Epoch(instance, SequenceNumber.NONE);
    }
}
