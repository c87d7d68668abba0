package dev.ephor.simulator;

import dev.ephor.paxos.Settings;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The clock of liveness mode. It counts in election timeouts: one of them is the time in which a
/// lease runs out, a would-be coordinator waits its turn, and asks, and asks again.
final class Deadline {
    /// Within so many election timeouts after the faults end there is a master, with a lease.
    static final int MASTER = 20;

    /// Within so many all that was submitted is answered, and the replicas know the same.
    static final int ALL = 30;

    private final World world;
    private final long timeout;
    private final long begun;

    /// @param climate whose wires and disks take their time also when nothing fails
    Deadline(World world, Settings settings, Climate climate) {
        this.world = world;
        this.timeout =
                settings.lease()
                        + settings.backoff()
                        + settings.attempt()
                        + settings.retransmit()
                        + 10 * (climate.wires().latency() + climate.disks().flushLatency());
        this.begun = world.now();
    }

    /// Lets the world go on until nothing is missing any more, or ends the run.
    ///
    /// @param timeouts how many election timeouts after the end of the faults it must come, at the
    ///   latest
    /// @param grace nanoseconds beyond that
    /// @param missing what is still missing, or null
    void await(String what, int timeouts, long grace, Supplier<@Nullable String> missing) {
        long end = begun + timeouts * timeout + grace;
        String why = missing.get();
        while (why != null && world.now() < end && world.violation() == null && !world.isCut()) {
            world.runUntil(world.now() + 20 * World.MILLI);
            why = missing.get();
        }
        String still = why;
        world.check(
                still == null || world.isCut(),
                "liveness: " + what,
                () ->
                        still
                                + ", "
                                + (world.now() - begun) / timeout
                                + " election timeouts after"
                                + " the faults ended");
        world.marks.reach("liveness, election timeouts until " + what + ": " + elapsed());
    }

    /// Rounded up to a power of two.
    private long elapsed() {
        long elapsed = (world.now() - begun) / timeout;
        return elapsed <= 1 ? 1 : Long.highestOneBit(elapsed - 1) * 2;
    }
}
