package dev.ephor.simulator;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.SessionState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A client process: the real client library with a session, and a program that uses files and
/// locks through it. Where the session expires the program makes another.
final class ClientNode extends Machine {
    private static final long AGAIN = 100 * World.MILLI;

    final ServiceCell cell;
    final Rng rng;

    // What dies with the process:
    private @Nullable SimClientEnvironment environment;
    private @Nullable Ephor session;
    private @Nullable WatchProgram watching;
    private int unanswered;

    ClientNode(ServiceCell cell, int index, int number, LocalClock clock) {
        super(cell.world, index, "c" + number, clock);
        this.cell = cell;
        this.rng = world.rng.stream("client", number);
    }

    @Override
    void boot(Process born) {
        SimClientEnvironment fresh =
                new SimClientEnvironment(
                        this, born, cell.streams, rng.stream("life", rng.nextInt(1 << 30)));
        environment = fresh;
        fresh.loop().execute(() -> connect(born, fresh));
    }

    /// Ends the run unless a call may fail like this: as any call may, or as this kind of call may.
    @SafeVarargs
    final void expect(
            String call, Throwable failure, Class<? extends EphorException>... ownFailures) {
        Throwable cause = FileBook.cause(failure);
        boolean own = Stream.of(ownFailures).anyMatch(kind -> kind.isInstance(cause));
        world.check(
                own
                        || cause instanceof EphorException.SessionOver
                        || cause instanceof EphorException.OutcomeUnknown
                        || cause instanceof EphorException.Overloaded,
                "errors are as expected",
                () -> call + " failed with " + cause);
    }

    private void connect(Process born, SimClientEnvironment fresh) {
        waitFor(
                Ephor.builder()
                        .name(name)
                        .gracePeriod(Duration.ofNanos(cell.grace))
                        .environment(fresh)
                        .connectAsync(cell.addresses().toArray(String[]::new)),
                (connected, failure) -> {
                    if (failure == null) {
                        connected(born, fresh, connected);
                        return;
                    }
                    world.check(
                            FileBook.cause(failure) instanceof EphorException.Unreachable,
                            "errors are as expected",
                            () -> "to connect failed with " + failure);
                    world.marks.reach("no session could be made");
                    fresh.schedule(AGAIN, () -> connect(born, fresh));
                });
    }

    private void connected(Process born, SimClientEnvironment fresh, Ephor connected) {
        session = connected;
        world.note(name, "session", connected.sessionId());
        connected.onState(state -> {
            world.note(name, "state", state);
            world.marks.reach("session " + state);
            world.check(
                    !cell.careful || state != SessionState.EXPIRED,
                    "no client notices",
                    () -> name + " loses its session");
            if (state == SessionState.EXPIRED && session == connected) {
                session = null;
                watching = null;
                fresh.schedule(AGAIN, () -> connect(born, fresh));
            }
        });
        for (int lane = 0; lane < cell.lanes; lane++) {
            new FileProgram(this, connected, false).begin();
        }
        if (cell.reading) {
            new FileProgram(this, connected, true).begin();
        }
        if (cell.locks) {
            new LockProgram(this, born, connected).begin();
        }
        if (cell.presence) {
            new PresenceProgram(this, born, connected).begin();
        }
        if (cell.watching) {
            WatchProgram watch = new WatchProgram(this, connected);
            watching = watch;
            watch.begin();
        }
    }

    /// Ends the session in good order, and makes another.
    void closeSession() {
        Ephor used = session;
        Process process = life();
        if (used == null || process == null) {
            return;
        }
        cell.presences.closing(used);
        cell.locksHeld.givesBackAll(process);
        // Without an answer it is over all the same for the client, and later for the cell.
        waitFor(used.closeAsync(), (_, _) -> world.marks.reach("a session is closed"));
    }

    /// The end of the run: what this client was told is compared with what is.
    void judgeWatches() {
        WatchProgram watch = watching;
        if (watch != null) {
            watch.judge();
        }
    }

    @Override
    void died() {
        environment = null;
        session = null;
        watching = null;
        unanswered = 0;
    }

    @Override
    void dying(Process process) {
        Ephor used = session;
        if (used != null) {
            long left = clock.trueDuration(used.leaseRemaining().toNanos());
            cell.locksHeld.died(process, world.now() + left);
        }
        cell.streams.died(process);
    }

    @Override
    void slowDisk(double factor) {}

    /// Notes that the program waits until `then` is called.
    <T> void waitFor(CompletableFuture<T> answer, BiConsumer<T, @Nullable Throwable> then) {
        unanswered++;
        answer.whenComplete((value, failure) -> {
            unanswered--;
            world.check(
                    failure == null || !cell.careful || isAnAnswer(failure),
                    "no client notices",
                    () -> name + " hears " + failure);
            then.accept(value, failure);
        });
    }

    /// What the cell said about the request, not about itself.
    private static boolean isAnAnswer(Throwable failure) {
        return !(FileBook.cause(failure) instanceof EphorException error)
                || switch (error) {
                    case EphorException.OutcomeUnknown _,
                            EphorException.SessionOver _,
                            EphorException.Unreachable _,
                            EphorException.Interrupted _,
                            EphorException.Overloaded _ ->
                            false;
                    default -> true;
                };
    }

    /// Runs the next step of a program after a while, as long as its session lives.
    void later(Ephor used, long delay, Runnable step) {
        SimClientEnvironment here = environment;
        if (here != null) {
            here.schedule(
                    delay,
                    () -> {
                        if (session == used) {
                            step.run();
                        }
                    });
        }
    }

    @Nullable Ephor session() {
        return session;
    }

    /// What the client still waits for; null where nothing.
    @Nullable String unsettled() {
        Ephor used = session;
        if (used == null || used.state() != SessionState.SAFE) {
            return name + " has no session that is safe";
        }
        if (unanswered > 0) {
            return name + " waits for " + unanswered + " answers";
        }
        WatchProgram watch = watching;
        return watch == null ? null : watch.behind();
    }
}
