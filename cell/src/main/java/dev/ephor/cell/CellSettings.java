package dev.ephor.cell;

import dev.ephor.paxos.Check;

/// The numbers that a cell runs by. All of them are the master's own business: replicas need not
/// have the same ones.
///
/// @param fileBytes bytes of contents in a file, at most
/// @param pathBytes bytes of a path as clients write it, in UTF-8, at most
/// @param pathLevels names in a path below `/ls/<cell>`, at most
/// @param childrenPerReply children in one reply to a List, at most
/// @param leaseMillis a session's lease where the client has no wish, and the shortest that is
///   given out of the master's own will (Chubby §2.8: 12 s)
/// @param minLeaseMillis the shortest lease that a client may wish for
/// @param maxLeaseMillis the longest lease; given when there are many sessions (Chubby §2.8: 60 s)
/// @param busySessions up to so many sessions get the lease that they would have; with more, leases
///   grow in proportion, so that KeepAlives stay as rare
/// @param maxLockDelayMillis the longest lock-delay (Chubby §2.4: one minute)
/// @param sessions sessions at most; more are sent away
/// @param sessionRequests requests of one session in flight at most, Acquires that wait not counted
/// @param requests requests in flight at most
/// @param requestBytes bytes of changes in flight at most
/// @param sessionWaiters Acquires of one session that wait, at most
/// @param sessionOutcomes outcomes kept for one session at most, until its client says that it has
///   them
/// @param sessionEvents events kept for one session at most, until its client says that it has them
/// @param sessionHandles handles of one session that the master knows, at most
public record CellSettings(
        int fileBytes,
        int pathBytes,
        int pathLevels,
        int childrenPerReply,
        int leaseMillis,
        int minLeaseMillis,
        int maxLeaseMillis,
        int busySessions,
        int maxLockDelayMillis,
        int sessions,
        int sessionRequests,
        int requests,
        int requestBytes,
        int sessionWaiters,
        int sessionOutcomes,
        int sessionEvents,
        int sessionHandles) {
    public static final CellSettings DEFAULT =
            new CellSettings(
                    256 << 10, 4 << 10, 64, 1_000, 12_000, 1_000, 60_000, 1_000, 60_000, 50_000,
                    1_024, 16_384, 32 << 20, 1_024, 4_096, 1_024, 16_384);

    public CellSettings {
        Check.that(fileBytes >= 0 && pathBytes >= 64 && pathLevels > 0, "room for files and paths");
        Check.that(childrenPerReply > 0, "a listing makes progress");
        Check.that(
                0 < minLeaseMillis
                        && minLeaseMillis <= leaseMillis
                        && leaseMillis <= maxLeaseMillis,
                "the default lease is between the shortest and the longest");
        Check.that(busySessions > 0 && sessions > 0, "room for sessions");
        Check.that(maxLockDelayMillis >= 0, "a lock-delay is not negative");
        Check.that(
                sessionRequests > 0 && requests > 0 && requestBytes > fileBytes,
                "room for requests");
        Check.that(
                sessionWaiters > 0
                        && sessionOutcomes >= sessionRequests
                        && sessionEvents > 0
                        && sessionHandles > 0,
                "room for each session");
    }

    /// The same, with other limits for files and paths.
    public CellSettings withLimits(int maxFileBytes, int maxPathBytes, int maxPathLevels) {
        return new CellSettings(
                maxFileBytes,
                maxPathBytes,
                maxPathLevels,
                childrenPerReply,
                leaseMillis,
                minLeaseMillis,
                maxLeaseMillis,
                busySessions,
                maxLockDelayMillis,
                sessions,
                sessionRequests,
                requests,
                requestBytes,
                sessionWaiters,
                sessionOutcomes,
                sessionEvents,
                sessionHandles);
    }

    /// The same, with other leases: default, shortest, longest.
    public CellSettings withLeases(int millis, int shortestMillis, int longestMillis) {
        return new CellSettings(
                fileBytes,
                pathBytes,
                pathLevels,
                childrenPerReply,
                millis,
                shortestMillis,
                longestMillis,
                busySessions,
                maxLockDelayMillis,
                sessions,
                sessionRequests,
                requests,
                requestBytes,
                sessionWaiters,
                sessionOutcomes,
                sessionEvents,
                sessionHandles);
    }
}
