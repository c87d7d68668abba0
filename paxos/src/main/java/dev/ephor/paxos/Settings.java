package dev.ephor.paxos;

/// The numbers that the protocol runs by. Durations are in nanoseconds of the replica's own
/// monotonic clock.
///
/// @param lease how long a replica that granted the master lease refuses the proposes of others
///   (PML §5.2)
/// @param driftDivisor the master counts its lease shorter than the others do, by this fraction of
///   it: 20 is 5 %. Safe while no two clocks of the cell differ in rate by more than that
/// @param heartbeat how often an idle coordinator renews the lease
/// @param backoff a would-be coordinator waits a random time up to this, doubled with each failed
///   attempt (PML §4.1)
/// @param attempt how long a candidate waits for a majority of promises before it tries again; each
///   failed attempt doubles it, up to eightfold
/// @param retransmit how long without progress before something is sent again
/// @param window instances in flight at most
/// @param batchBytes bytes of commands in one value at most (one larger command still gets a value
///   of its own)
/// @param queueBytes bytes of commands that may wait for a place in the window before submitters
///   are refused
/// @param tailEntries chosen entries kept in memory for replicas that are a little behind
/// @param tailBytes bytes of such entries at most
public record Settings(
        long lease,
        int driftDivisor,
        long heartbeat,
        long backoff,
        long attempt,
        long retransmit,
        int window,
        int batchBytes,
        int queueBytes,
        int tailEntries,
        int tailBytes) {
    private static final long MILLI = 1_000_000;

    /// For machines near each other: a lost master is replaced within about a second and a half.
    public static final Settings DEFAULT =
            new Settings(
                    1_000 * MILLI,
                    20,
                    200 * MILLI,
                    100 * MILLI,
                    400 * MILLI,
                    300 * MILLI,
                    64,
                    1 << 20,
                    64 << 20,
                    4096,
                    32 << 20);

    public Settings {
        Check.that(
                heartbeat > 0 && heartbeat * 2 <= lease, "the lease must outlast two heartbeats");
        Check.that(driftDivisor > 1, "the drift bound is a fraction of the lease");
        Check.that(
                window > 0 && batchBytes > 0 && queueBytes > 0,
                "window, batch and queue need room");
        Check.that(backoff > 0 && attempt > 0 && retransmit > 0, "durations are positive");
        Check.that(tailEntries > 0 && tailBytes > 0, "the tail needs room");
    }

    /// How often the core wants to be told that time has passed.
    public long tick() {
        return heartbeat / 4;
    }

    /// How long the master itself may rely on a grant, counted from the time it sent what was
    /// granted.
    public long masterLease() {
        return lease - lease / driftDivisor;
    }
}
