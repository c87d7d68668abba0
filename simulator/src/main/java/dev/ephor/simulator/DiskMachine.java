package dev.ephor.simulator;

import dev.ephor.log.Identity;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.Seat;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A machine with a disk full of files, on which a replica runs: starts it from what is there, and
/// starts it again where its disk failed it.
abstract class DiskMachine extends Machine {
    final Rng rng;
    final Seat seat;
    private final Setting setting;
    private final SimDisk disk;
    private int incarnationWhenDamaged = 1;

    /// Of the process that runs now, once it is up.
    private @Nullable SimEnvironment environment;

    /// What all machines of a cell have in common.
    ///
    /// @param cell its name
    record Setting(
            World world,
            String cell,
            Climate climate,
            Atlas atlas,
            Membership membership,
            SimNetwork network) {}

    DiskMachine(Setting setting, int index, LocalClock clock) {
        super(setting.world(), index, "r" + (index + 1), clock);
        this.setting = setting;
        this.rng = world.rng.stream("node", index);
        this.seat = Seat.of(setting.cell(), index + 1);
        this.disk = new SimDisk(world, setting.climate(), setting.atlas(), index);
        try {
            Identity.bootstrap(
                    disk,
                    setting.cell(),
                    ReplicaId.of(index + 1),
                    setting.membership(),
                    world.rng.stream("identity", index));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        disk.begin();
    }

    /// A replica that was opened, which may have taken a while.
    ///
    /// @param status right after
    /// @param inUse from when this is run
    record Opened(ReplicaStatus status, Runnable inUse) {}

    abstract Opened open(SimEnvironment fresh, Rng life) throws IOException;

    /// The replica that was opened is gone.
    abstract void forget();

    @Override
    void boot(Process born) {
        SimExecutor main = new SimExecutor(born);
        main.execute(() -> begin(born));
    }

    private void begin(Process born) {
        Rng life = rng.stream("life", rng.nextInt(1 << 30));
        SimEnvironment fresh =
                new SimEnvironment(
                        this,
                        born,
                        setting.climate(),
                        disk,
                        setting.network(),
                        life,
                        this::damaged);
        try {
            Opened opened = open(fresh, life);
            if (opened.status().role() == Role.APPLICANT) {
                damaged(opened.status().note());
                world.marks.reach("a replica without a usable disk applies");
            } else if (opened.status().note().contains("fetches a snapshot")) {
                damaged(opened.status().note());
                world.marks.reach("damage is to be repaired in place");
            }
            world.at(
                    world.now(),
                    born,
                    () -> {
                        environment = fresh;
                        opened.inUse().run();
                    });
        } catch (IOException failed) {
            if (!SimDisk.isSimulated(failed)) {
                throw world.broken("no exception", name + ": " + failed);
            }
            later(born, () -> fail("cannot start: " + failed.getMessage()));
        }
    }

    /// Opening took its time.
    private void later(Process born, Runnable end) {
        world.at(
                world.now(),
                null,
                () -> {
                    if (life() == born) {
                        end.run();
                    }
                });
    }

    /// The program says that its disk is damaged.
    private void damaged(String what) {
        world.check(
                setting.atlas().isDamaged(index),
                "no disk is taken for damaged",
                () -> name + ": " + what);
        world.marks.reach("damage is found");
        world.note(name, "damaged", what);
    }

    /// What the replica says of itself; null where none runs.
    abstract @Nullable ReplicaStatus status();

    /// True where it votes again after its disk was damaged: under an identity that it did not have
    /// then.
    @Override
    final boolean hasRejoined() {
        ReplicaStatus status = status();
        boolean rejoined =
                status != null
                        && status.self().incarnation() > incarnationWhenDamaged
                        && status.membership().isVoter(status.self());
        if (rejoined) {
            world.marks.reach("a replica has rejoined");
        }
        return rejoined;
    }

    @Override
    final void wasDamaged() {
        ReplicaStatus status = status();
        if (status != null) {
            incarnationWhenDamaged = Math.max(incarnationWhenDamaged, status.self().incarnation());
        }
    }

    @Override
    final boolean wipe() {
        crash();
        disk.wipe();
        world.note(name, "wipe", "");
        world.marks.reach("disk lost");
        start();
        return true;
    }

    @Override
    final void died() {
        disk.crash();
        environment = null;
        forget();
    }

    @Override
    final void slowDisk(double factor) {
        disk.slow(factor);
    }

    @Override
    final void fillDisk(boolean full) {
        disk.fill(full);
    }

    @Override
    final boolean hasFiles() {
        return true;
    }

    @Override
    final boolean rot(Rng decay) {
        return disk.rot(decay);
    }

    @Override
    final void calm() {
        super.calm();
        disk.calm();
    }

    @Override
    final boolean atOperation(int operations, Runnable crash) {
        disk.crashAfter(operations, crash);
        return true;
    }

    final @Nullable SimExecutor loop() {
        return environment == null ? null : environment.loopThread();
    }
}
