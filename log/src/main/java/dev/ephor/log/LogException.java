package dev.ephor.log;

/// Everything that the log refuses or cannot tell. The first five are how a submission ends without
/// a result, the next is why members cannot be changed; the others are why a replica does not
/// start.
public abstract sealed class LogException extends RuntimeException
        permits NotMasterException,
                RemovedException,
                OverloadedException,
                NotChosenException,
                OutcomeUnknownException,
                MembershipException,
                WrongDiskException,
                DamagedException {
    private static final long serialVersionUID = 1L;

    /// @param traced false for what is given to a submitter: it comes from the loop, and its stack
    ///   says nothing
    LogException(String message, boolean traced) {
        super(message, null, true, traced);
    }
}
