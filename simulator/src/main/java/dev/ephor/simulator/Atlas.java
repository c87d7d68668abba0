package dev.ephor.simulator;

import java.util.List;

/// The fault atlas: what a run may contain at any moment, so that what the documents promise must
/// still hold. `docs/SIMULATOR.md` has the table.
///
/// - Crashes, pauses, cuts, failed flushes, full disks: as many as come, everywhere at once. None
///   of them takes back what a disk had kept.
/// - Damage to what a disk had kept: on a minority of the voters at a time, as they are and as the
///   changes that are under way may make them. A replica counts until it votes again, as somebody
///   else. Who does not vote may lose its disk at any time.
/// - Clocks beyond the bound: any number of them, but then nothing that rests on leases is promised
///   ([#clocksHold]).
final class Atlas {
    private final World world;
    private final boolean clocksHold;
    private List<? extends Machine> machines = List.of();
    private Quorums quorums = _ -> false;

    /// What of a cell must not be lost.
    interface Quorums {
        /// Whether the cell has enough without the disk of this machine, whatever becomes of the
        /// changes of members that are under way.
        boolean holdWithout(int machine);
    }

    /// @param clocksHold whether the clocks of this run stay within the bound
    Atlas(World world, boolean clocksHold) {
        this.world = world;
        this.clocksHold = clocksHold;
    }

    /// Whether leases can be relied upon: one master lease at a time, reads under it are current,
    /// one holder of a lock at a time. What is agreed upon holds with any clocks.
    boolean clocksHold() {
        return clocksHold;
    }

    /// Ends the run where a rule that rests on the clocks is broken, or, where they are beyond the
    /// bound, notes that this is what the bound is for.
    void checkTimed(boolean holds, String rule, java.util.function.Supplier<String> detail) {
        if (clocksHold) {
            world.check(holds, rule, detail);
        } else if (!holds) {
            world.marks.reach("clocks beyond the bound broke: " + rule);
        }
    }

    /// Whose disks these are, and how many of them the cell needs.
    void watch(List<? extends Machine> replicas, Quorums needed) {
        machines = replicas;
        quorums = needed;
    }

    /// Whether the disk of this machine may be damaged now.
    boolean mayDamage(int machine) {
        return quorums.holdWithout(machine);
    }

    /// Notes that the disk of this machine was damaged.
    void damage(int machine) {
        machines.get(machine).wasDamaged();
    }
}
