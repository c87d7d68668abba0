package dev.ephor.log;

import dev.ephor.paxos.Record;

/// What a frame of the replay log holds: the core's records, and what the log must itself remember.
sealed interface Stored {
    /// Of the core.
    record Core(Record record) implements Stored {}

    /// The replica has run on this disk: it may have granted a lease. Written at every start.
    ///
    /// @param times how often it was started, with this one
    record Started(long times) implements Stored {}

    /// No segment before the one that this is in has a record of an instance above this one.
    record Highest(long instance) implements Stored {}

    /// The replay log holds what came after this instance; the older was deleted, or is worthless
    /// because a snapshot was installed over it. Only a snapshot that covers it is of use with this
    /// log.
    ///
    /// @param segment the first segment that is still needed
    record Begins(long instance, long segment) implements Stored {}
}
