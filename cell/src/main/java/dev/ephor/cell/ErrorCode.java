package dev.ephor.cell;

/// Why a request was refused. A refused request had no effect.
public enum ErrorCode {
    /// The request makes no sense; the detail says why.
    BAD_REQUEST,
    BAD_PATH,
    NOT_FOUND,
    ALREADY_EXISTS,
    NOT_A_DIRECTORY,
    IS_A_DIRECTORY,
    NOT_EMPTY,
    TOO_LARGE,
    /// The condition on the content generation does not hold.
    GENERATION_MISMATCH,
    /// The sequencer that the request is conditional on names a lock that is no longer held as it
    /// says.
    SEQUENCER_INVALID,
    /// A lock was asked for at once, and somebody else has it, or waits for it, or its lock-delay
    /// runs.
    LOCK_HELD,
    /// The lock was not granted within the time that the client gave.
    LOCK_TIMEOUT,
    CANCELLED,
    /// The handle's node is gone (deleted, maybe made anew), or the handle was closed or forged.
    HANDLE_INVALID,
    /// The handle was not opened for this.
    WRONG_MODE,
    /// The lock is not held through this handle.
    NOT_HELD,
    /// Nothing was done; try again.
    OVERLOADED,
    /// Too old a request: its outcome is forgotten.
    OUTCOME_FORGOTTEN
}
