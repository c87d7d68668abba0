package dev.ephor.simulator;

import dev.ephor.log.DamagedException;
import dev.ephor.log.Identity;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// One replica of the profile `log`: the whole of the log, with files, snapshots and frames, under
/// an application that checks what it is told.
final class LogNode extends Machine {
    private final LogCell cell;
    private final SimDisk disk;
    private final Identity identity;
    private final Rng rng;

    // What dies with the process:
    private @Nullable SimEnvironment environment;
    private @Nullable CheckingApplication application;
    private @Nullable ReplicatedLog<CheckingApplication.Applied> log;

    LogNode(LogCell cell, int index, LocalClock clock) {
        super(cell.world, index, "r" + (index + 1), clock);
        this.cell = cell;
        this.rng = world.rng.stream("node", index);
        this.disk = new SimDisk(world, cell.climate, index);
        try {
            identity =
                    Identity.bootstrap(
                            disk,
                            "simulated",
                            ReplicaId.of(index + 1),
                            cell.membership,
                            world.rng.stream("identity", index));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        disk.begin();
    }

    @Override
    void boot(Process born) {
        SimExecutor main = new SimExecutor(born);
        main.execute(() -> open(born));
    }

    private void open(Process born) {
        SimEnvironment fresh =
                new SimEnvironment(
                        this,
                        born,
                        cell.climate,
                        disk,
                        cell.network,
                        rng.stream("life", rng.nextInt(1 << 30)));
        CheckingApplication checking = new CheckingApplication(cell, this);
        try {
            var open = ReplicatedLog.open(identity, cell.settings, fresh, checking);
            world.at(
                    world.now(),
                    born,
                    () -> {
                        log = open;
                        environment = fresh;
                        application = checking;
                    });
        } catch (DamagedException damaged) {
            throw world.broken("no disk is taken for damaged", name + ": " + damaged.getMessage());
        } catch (IOException failed) {
            if (!SimDisk.isSimulated(failed)) {
                throw world.broken("no exception", name + ": " + failed);
            }
            String why = "cannot start: " + failed.getMessage();
            world.at(
                    world.now(),
                    null,
                    () -> {
                        if (life() == born) {
                            fail(why);
                        }
                    });
        }
    }

    @Override
    void died() {
        disk.crash();
        cell.book.died(index);
        environment = null;
        application = null;
        log = null;
    }

    @Override
    void slowDisk(double factor) {
        disk.slow(factor);
    }

    @Override
    void calm() {
        super.calm();
        disk.calm();
    }

    @Override
    boolean atOperation(int operations, Runnable crash) {
        disk.crashAfter(operations, crash);
        return true;
    }

    @Nullable CheckingApplication application() {
        return application;
    }

    @Nullable ReplicaStatus status() {
        return log == null ? null : log.status();
    }

    /// True where this process has simulated further than the present event: what it knows now it
    /// knows a little later.
    boolean isAhead() {
        return environment != null && environment.loopThread().isBusy();
    }

    void stepDown() {
        if (log != null) {
            log.stepDown("asked to");
        }
    }

    /// Hands a command to the log; the commands' book is told what comes of it.
    void submit(LogCommand command) {
        ReplicatedLog<CheckingApplication.Applied> open = log;
        if (open == null) {
            return;
        }
        cell.book.submitted(command, index);
        CompletableFuture<CheckingApplication.Applied> answer = open.submit(command.bytes());
        answer.whenComplete((applied, error) -> {
            if (applied != null) {
                cell.book.acknowledged(command, applied);
            } else {
                cell.book.failed(
                        command,
                        error instanceof CompletionException wrapped ? wrapped.getCause() : error);
            }
        });
    }

    /// Runs where the log's callbacks run.
    void onLoop(Runnable task) {
        if (environment != null) {
            environment.loop().execute(task);
        }
    }

    /// Runs on a thread of its own, as a reader's request does.
    void read(Runnable reader) {
        Process life = life();
        if (life != null) {
            life.reach(reader);
        }
    }
}
