package dev.ephor.simulator;

import java.util.List;

/// The fault atlas: what a run may contain at any moment, so that what the documents promise must
/// still hold. `docs/SIMULATOR.md` has the table.
///
/// - Crashes, pauses, cuts, failed flushes, full disks: as many as come, everywhere at once. None
///   of them takes back what a disk had kept.
/// - Damage to what a disk had kept: on a minority of the replicas at a time. A replica counts
///   until it is whole again.
/// - Clocks beyond the bound: any number of them, but then nothing that rests on leases is promised
///   ([#clocksHold]).
final class Atlas {
    private final World world;
    private final boolean clocksHold;
    private final boolean[] damaged;
    private List<? extends Machine> machines = List.of();

    /// @param clocksHold whether the clocks of this run stay within the bound
    Atlas(World world, int replicas, boolean clocksHold) {
        this.world = world;
        this.clocksHold = clocksHold;
        this.damaged = new boolean[replicas];
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

    /// Whose disks these are.
    void watch(List<? extends Machine> replicas) {
        machines = replicas;
    }

    /// Whether the disk of this replica may be damaged now.
    boolean mayDamage(int replica) {
        for (Machine machine : machines) {
            damaged[machine.index] &= !machine.hasRejoined();
        }
        int others = 0;
        for (int i = 0; i < damaged.length; i++) {
            others += i != replica && damaged[i] ? 1 : 0;
        }
        return others + 1 <= (damaged.length - 1) / 2;
    }

    /// Notes that the disk of this replica was damaged.
    void damage(int replica) {
        damaged[replica] = true;
        for (Machine machine : machines) {
            if (machine.index == replica) {
                machine.wasDamaged();
            }
        }
    }

    boolean isDamaged(int replica) {
        return damaged[replica];
    }
}
