package dev.ephor.simulator;

import dev.ephor.log.Disk;
import dev.ephor.log.Identity;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.log.Seat;
import dev.ephor.log.WrongDiskException;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A machine with a disk full of files, on which a replica runs: starts it from what is there, and
/// starts it again where its disk failed it.
abstract class DiskMachine extends Machine {
    final Rng rng;
    final Seat seat;
    private final Setting setting;
    private final SimDisk disk;

    /// The highest one that this machine's replica is known to have had; 0 where it never was a
    /// member.
    private int incarnation;

    /// Up to here all its incarnations were on a disk that was lost or damaged.
    private int lost;

    /// The disk was damaged when nobody could tell which incarnation it would be next.
    private boolean blemished;

    private int rejoinedAs;

    /// Of the process that runs now, once it is up.
    private @Nullable SimEnvironment environment;

    /// What all machines of a cell have in common.
    ///
    /// @param cell its name
    /// @param membership the first members; the other machines begin with empty disks
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
        if (setting.membership().isVoter(ReplicaId.of(index + 1))) {
            bootstrap();
        }
        disk.begin();
    }

    private void bootstrap() {
        incarnation = 1;
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
    }

    /// A replica that was opened, which may have taken a while.
    ///
    /// @param status right after
    /// @param inUse from when this is run
    record Opened(ReplicaStatus status, Runnable inUse) {}

    /// @param format of the segments that the replica writes
    abstract Opened open(SimEnvironment fresh, Rng life, int format) throws IOException;

    /// The replica that was opened is gone.
    abstract void forget();

    @Override
    void boot(Process born) {
        SimExecutor main = new SimExecutor(born);
        main.execute(() -> begin(born));
    }

    private void begin(Process born) {
        Rng life = rng.stream("life", rng.nextInt(1 << 30));
        Rng release = life.stream("release");
        int format = setting.climate().releases().format(release, index, world.now());
        TreeSet<Integer> formats = EarlierRelease.formats(disk);
        if (formats.size() > 1) {
            world.marks.reach("segments of both formats in one directory");
        }
        if (formats.contains(2) && isTooEarly(release)) {
            refuse(born, life);
            return;
        }
        SimEnvironment fresh = environment(born, disk, life);
        try {
            Opened opened = open(fresh, life, format);
            knows(opened.status());
            blemished = false;
            if (opened.status().role() == Role.APPLICANT && incarnation > 0) {
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
            cannotStart(born, failed);
        }
    }

    private SimEnvironment environment(Process born, Disk files, Rng life) {
        return new SimEnvironment(
                this, born, setting.climate(), files, setting.network(), life, this::damaged);
    }

    private void cannotStart(Process born, IOException failed) {
        if (!SimDisk.isSimulated(failed)) {
            throw world.broken("no exception", name + ": " + failed);
        }
        later(born, () -> fail("cannot start: " + failed.getMessage()));
    }

    /// An operator starts an earlier release, which does not know what is there.
    private boolean isTooEarly(Rng release) {
        return !isCalm()
                && release.chance(setting.climate().releases().tooEarly())
                && world.choices.make(world, "earlier release", name);
    }

    private void refuse(Process born, Rng life) {
        try {
            open(environment(born, new EarlierRelease(world, disk, name), life), life, 1);
        } catch (WrongDiskException refused) {
            world.marks.reach("an earlier release refused");
            later(born, () -> fail("an earlier release: " + refused.getMessage()));
            return;
        } catch (IOException failed) {
            cannotStart(born, failed);
            return;
        }
        throw world.broken("an earlier release refuses what a later one wrote", name);
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
        world.check(isDamaged(), "no disk is taken for damaged", () -> name + ": " + what);
        world.marks.reach("damage is found");
        world.note(name, "damaged", what);
    }

    /// What the replica says of itself; null where none runs.
    abstract @Nullable ReplicaStatus status();

    @Override
    final boolean leads() {
        ReplicaStatus status = status();
        return status != null
                && (status.role() == Role.COORDINATOR || status.role() == Role.MASTER);
    }

    /// Gives mastership away, where the replica has it and somebody follows soon, then goes on.
    final void handOver(ReplicatedLog<?> log, Process life, Runnable then) {
        log.handOver("the replica shuts down")
                .thenAccept(handedOver -> {
                    if (handedOver) {
                        world.marks.reach("mastership is handed over at a stop");
                    }
                    world.at(world.now(), life, then);
                });
    }

    /// The process has ended itself in good order. Where the faults ended while it was about to,
    /// nobody will come to start it again: it was taken for one that runs.
    final void stopped(Process life) {
        world.at(
                world.now(),
                null,
                () -> {
                    if (life() == life) {
                        world.marks.reach("stopped in good order");
                        crash();
                        if (isCalm()) {
                            start();
                        }
                    }
                });
    }

    /// Does what an operator asks for, or begins to. The future may never complete: it dies with
    /// the process. Null where no replica runs.
    abstract @Nullable CompletableFuture<MemberOrder.Outcome> administer(MemberOrder order);

    /// Who the replica of this machine is, or was last.
    final ReplicaId identity() {
        ReplicaStatus status = status();
        if (status != null) {
            knows(status);
        }
        return new ReplicaId(index + 1, incarnation);
    }

    private void knows(ReplicaStatus status) {
        int now = status.self().incarnation();
        if (now > incarnation) {
            incarnation = now;
            lost = blemished ? now : lost;
            blemished = false;
        }
        if (now > rejoinedAs && now > 1 && !isLost(now) && lost > 0 && votes(status)) {
            rejoinedAs = now;
            world.marks.reach("a replica has rejoined");
        }
    }

    private static boolean votes(ReplicaStatus status) {
        return status.membership().isVoter(status.self());
    }

    private boolean isLost(int which) {
        return lost >= which;
    }

    /// True where it has no disk that it could vote with: it was damaged, or it is empty.
    final boolean isDamaged() {
        return isLost(identity().incarnation());
    }

    @Override
    final void wasDamaged() {
        lost = Math.max(lost, identity().incarnation());
        ReplicaStatus status = status();
        blemished = status == null || status.role() == Role.APPLICANT;
    }

    @Override
    final boolean wipe() {
        crash();
        disk.wipe();
        blemished = false;
        world.note(name, "wipe", "");
        world.marks.reach("disk lost");
        start();
        return true;
    }

    @Override
    final void died() {
        identity();
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
        return disk.rot(decay, !isUp());
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
