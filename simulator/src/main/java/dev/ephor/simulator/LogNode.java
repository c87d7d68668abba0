package dev.ephor.simulator;

import dev.ephor.log.MembershipException;
import dev.ephor.log.NotMasterException;
import dev.ephor.log.RemovedException;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicatedLog;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// One replica of the profile `log`: the whole of the log, with files, snapshots and frames, under
/// an application that checks what it is told.
final class LogNode extends DiskMachine {
    private final LogCell cell;

    // What dies with the process:
    private @Nullable CheckingApplication application;
    private @Nullable ReplicatedLog<CheckingApplication.Applied> log;

    LogNode(LogCell cell, Setting setting, int index, LocalClock clock) {
        super(setting, index, clock);
        this.cell = cell;
    }

    @Override
    Opened open(SimEnvironment fresh, Rng life, int format) throws IOException {
        CheckingApplication checking = new CheckingApplication(cell, this);
        var opened =
                ReplicatedLog.open(seat, cell.settings.withSegmentFormat(format), fresh, checking);
        return new Opened(
                opened.status(),
                () -> {
                    log = opened;
                    application = checking;
                });
    }

    @Override
    void forget() {
        cell.book.died(index);
        application = null;
        log = null;
    }

    /// In good order: mastership is handed over, perhaps, what was proposed is answered or in
    /// doubt, what was written is flushed.
    @Override
    void stop() {
        ReplicatedLog<CheckingApplication.Applied> open = log;
        Process life = life();
        if (open == null || life == null) {
            crash();
            return;
        }
        if (rng.nextBoolean()) {
            close(open, life);
            return;
        }
        handOver(open, life, () -> close(open, life));
    }

    private void close(ReplicatedLog<CheckingApplication.Applied> open, Process life) {
        open.close();
        open.closed().thenRun(() -> stopped(life));
    }

    @Nullable CheckingApplication application() {
        return application;
    }

    @Override
    @Nullable CompletableFuture<MemberOrder.Outcome> administer(MemberOrder order) {
        ReplicatedLog<CheckingApplication.Applied> open = log;
        if (open == null) {
            return null;
        }
        CompletableFuture<?> future =
                switch (order) {
                    case MemberOrder.Add(int number) -> open.addReplica(number);
                    case MemberOrder.Remove(int number) -> open.removeReplica(number);
                    case MemberOrder.Replace(int number, int by) -> open.replaceReplica(number, by);
                    case MemberOrder.Transfer(int to) ->
                            open.transferMastership(
                                    Optional.of(to).filter(number -> number != 0),
                                    "an operator asked for it");
                };
        return future.handle((done, failure) -> outcome(failure));
    }

    private MemberOrder.Outcome outcome(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> MemberOrder.Outcome.DONE;
            case CompletionException wrapped -> outcome(wrapped.getCause());
            case NotMasterException _, RemovedException _ -> MemberOrder.Outcome.NOT_MASTER;
            case MembershipException why -> {
                world.note(name, "refuses", why);
                yield MemberOrder.Outcome.REFUSED;
            }
            default -> throw world.broken("errors are typed", name + ": " + failure);
        };
    }

    @Override
    @Nullable ReplicaStatus status() {
        return log == null ? null : log.status();
    }

    /// True where this process has simulated further than the present event: what it knows now it
    /// knows a little later.
    boolean isAhead() {
        SimExecutor loop = loop();
        return loop != null && loop.isBusy();
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
        if (answer.isCompletedExceptionally() && application != null) {
            application.refused(command);
        }
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
        SimExecutor loop = loop();
        if (loop != null) {
            loop.execute(task);
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
