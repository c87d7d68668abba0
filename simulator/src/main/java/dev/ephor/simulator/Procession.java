package dev.ephor.simulator;

import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import java.util.ArrayDeque;
import java.util.List;

/// Operators who take care: they replace all replicas one by one, or stop and start each in good
/// order, the next one when the cell is whole again. No client may notice any of it.
final class Procession {
    private static final long LOOK_EVERY = 50 * World.MILLI;

    private final World world;
    private final MemberBook book;
    private final MemberChurn churn;
    private final List<? extends DiskMachine> machines;
    private final Schedule schedule;
    private final boolean replaces;
    private final ArrayDeque<Integer> turns = new ArrayDeque<>();
    private long pausedUntil;

    /// @param replaces whether to replace them rather than to restart them
    Procession(
            World world,
            MemberBook book,
            MemberChurn churn,
            List<? extends DiskMachine> machines,
            int replicas,
            boolean replaces) {
        this.world = world;
        this.book = book;
        this.churn = churn;
        this.machines = machines;
        this.replaces = replaces;
        this.schedule = new Schedule(world, "procession");
        for (int i = 0; i < replicas; i++) {
            turns.add(i);
        }
    }

    void begin() {
        schedule.every("look", LOOK_EVERY, this::look);
    }

    void calm() {
        schedule.end();
    }

    private void look(Rng rng) {
        if (world.now() < pausedUntil || !churn.isIdle() || !isWhole()) {
            return;
        }
        pausedUntil = world.now() + rng.magnitude(World.MILLI, World.SECOND);
        if (turns.isEmpty()) {
            world.marks.reach(
                    replaces
                            ? "all replicas are replaced one by one"
                            : "all replicas are restarted one by one");
            schedule.end();
        } else if (replaces) {
            replaceNext(rng);
        } else {
            restartNext(rng);
        }
    }

    /// Everybody votes, and has what was chosen; a spare machine waits, where one is needed.
    private boolean isWhole() {
        if (!book.newest().learners().isEmpty()) {
            return false;
        }
        boolean whole = true;
        long newest = 0;
        for (DiskMachine machine : machines) {
            ReplicaStatus status = machine.status();
            whole &= status != null;
            newest = status == null ? newest : Math.max(newest, status.chosenUpTo());
        }
        for (DiskMachine machine : machines) {
            ReplicaStatus status = machine.status();
            boolean member = book.isMember(machine);
            if (status != null && member) {
                whole &= status.master().isPresent() && status.chosenUpTo() + 20 > newest;
                whole &= status.membership().since() == book.newest().since();
            }
            if (!member) {
                churn.reuse(machine);
            }
        }
        return whole;
    }

    private void replaceNext(Rng rng) {
        DiskMachine spare = churn.spare(rng);
        if (spare != null) {
            churn.want(new MemberOrder.Replace(turns.remove() + 1, spare.index + 1), false);
        }
    }

    private void restartNext(Rng rng) {
        DiskMachine next = machines.get(turns.remove());
        ReplicaStatus status = next.status();
        if (status != null && status.role() == Role.MASTER) {
            world.marks.reach("a master is restarted in good order");
        }
        next.stop();
        comeBack(next, rng.magnitude(World.MILLI, World.SECOND));
    }

    /// As a supervisor does: it starts what has ended.
    private void comeBack(DiskMachine machine, long delay) {
        world.after(
                delay,
                null,
                () -> {
                    machine.start();
                    if (machine.status() == null) {
                        comeBack(machine, delay);
                    }
                });
    }
}
