package dev.ephor.client;

/// The numbers that a session runs by. Durations in nanoseconds, 0 where they say so.
///
/// @param name for people who look at a cell
/// @param leaseMillis the lease that the client would like; 0: the cell's default
/// @param grace how long the session stays in jeopardy before it is given up (Chubby §2.9)
/// @param requestTimeout how long a call may take, fail-overs included; 0: as long as the session
///   lives
/// @param connectTimeout how long to look for a master for a new session
/// @param pingAfter silence that makes the client ask whether the master is there
/// @param deadAfter silence after the question that makes it look for another master
/// @param attempt how long a replica has to answer a Hello at first; doubled with each silent one
/// @param maxAttempt the upper end of that
/// @param backoff pause between two replicas that are not master, at first; doubled each time
/// @param maxBackoff the upper end of that
record SessionSettings(
        String name,
        int leaseMillis,
        long grace,
        long requestTimeout,
        long connectTimeout,
        long pingAfter,
        long deadAfter,
        long attempt,
        long maxAttempt,
        long backoff,
        long maxBackoff) {
    private static final long MILLI = Times.MILLI;

    static final SessionSettings DEFAULT =
            new SessionSettings(
                    "",
                    0,
                    45_000 * MILLI,
                    0,
                    15_000 * MILLI,
                    1_000 * MILLI,
                    1_500 * MILLI,
                    500 * MILLI,
                    4_000 * MILLI,
                    5 * MILLI,
                    100 * MILLI);

    SessionSettings withName(String name) {
        return new SessionSettings(
                name,
                leaseMillis,
                grace,
                requestTimeout,
                connectTimeout,
                pingAfter,
                deadAfter,
                attempt,
                maxAttempt,
                backoff,
                maxBackoff);
    }

    SessionSettings withLeaseMillis(int leaseMillis) {
        return new SessionSettings(
                name,
                leaseMillis,
                grace,
                requestTimeout,
                connectTimeout,
                pingAfter,
                deadAfter,
                attempt,
                maxAttempt,
                backoff,
                maxBackoff);
    }

    SessionSettings withGrace(long grace) {
        return new SessionSettings(
                name,
                leaseMillis,
                grace,
                requestTimeout,
                connectTimeout,
                pingAfter,
                deadAfter,
                attempt,
                maxAttempt,
                backoff,
                maxBackoff);
    }

    SessionSettings withRequestTimeout(long requestTimeout) {
        return new SessionSettings(
                name,
                leaseMillis,
                grace,
                requestTimeout,
                connectTimeout,
                pingAfter,
                deadAfter,
                attempt,
                maxAttempt,
                backoff,
                maxBackoff);
    }

    SessionSettings withConnectTimeout(long connectTimeout) {
        return new SessionSettings(
                name,
                leaseMillis,
                grace,
                requestTimeout,
                connectTimeout,
                pingAfter,
                deadAfter,
                attempt,
                maxAttempt,
                backoff,
                maxBackoff);
    }
}
