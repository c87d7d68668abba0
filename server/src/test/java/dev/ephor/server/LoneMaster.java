package dev.ephor.server;

import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import dev.ephor.cell.Cell;
import dev.ephor.cell.CellSettings;
import dev.ephor.cell.Clock;
import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.MultiOpResult;
import dev.ephor.database.Submitter;
import dev.ephor.log.Disk;
import dev.ephor.log.Environment;
import dev.ephor.log.Mastership;
import dev.ephor.log.Network;
import dev.ephor.log.Reporter;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A front door with its cell in one thread, over a log that chooses at once what it is given. Time
/// stands still unless it is told to pass.
final class LoneMaster implements Environment, FrontDoor.Directory, Clock, Submitter, Mastership {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Due> due = new ArrayList<>();
    private final FrontDoor door = new FrontDoor(this, this);
    private final Database database;
    private final Cell cell;
    private long now = 1;
    private long wakeAt = Long.MAX_VALUE;
    private long instance = 1;

    private record Due(long at, Runnable task) {}

    /// What one client is told.
    static final class Told implements FrontDoor.Line {
        final List<ServerMessage> messages = new ArrayList<>();
        @Nullable Goodbye goodbye;

        @Override
        public void send(ServerMessage message) {
            messages.add(message);
        }

        @Override
        public void end(Goodbye last) {
            goodbye = last;
        }
    }

    LoneMaster(CellSettings settings) {
        database = new Database(DatabaseLimits.DEFAULT, new Upcalls());
        cell = new Cell(settings, "main", database, door, this, new Random(1), reporter());
        database.attach(this, loop());
        database.epochChanged(new Epoch(instance, new SequenceNumber(1, ReplicaId.of(1))));
        database.applied(instance);
        database.masterStarted(this);
        door.attach(cell);
        run();
    }

    private final class Upcalls implements DatabaseListener {
        @Override
        public void masterStarted(Mastership mastership) {
            cell.masterStarted(mastership);
        }
    }

    ClientStream open(Told line) {
        ClientStream stream = door.open(line);
        run();
        return stream;
    }

    Cell.Census census() {
        return cell.census();
    }

    /// Does all that is to be done now.
    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /// Time passes, and what is due happens when it is.
    void pass(long nanos) {
        long target = now + nanos;
        while (true) {
            run();
            long next = wakeAt;
            for (Due waiting : due) {
                next = Math.min(next, waiting.at);
            }
            if (next > target) {
                break;
            }
            now = Math.max(now, next);
            if (wakeAt <= now) {
                wakeAt = Long.MAX_VALUE;
                cell.tick();
            }
            List<Due> ripe = due.stream().filter(waiting -> waiting.at <= now).toList();
            due.removeAll(ripe);
            ripe.forEach(waiting -> waiting.task.run());
        }
        now = target;
    }

    @Override
    public CompletableFuture<MultiOpResult> submit(Bytes command) {
        CompletableFuture<MultiOpResult> result = new CompletableFuture<>();
        tasks.add(() -> {
            instance++;
            MultiOpResult applied = database.apply(instance, command);
            database.applied(instance);
            result.complete(applied);
        });
        return result;
    }

    @Override
    public void stepDown(String why) {
        throw new AssertionError("the master gives up: " + why);
    }

    @Override
    public long epoch() {
        return 1;
    }

    @Override
    public boolean leaseValid() {
        return true;
    }

    @Override
    public long leaseUntil() {
        return Long.MAX_VALUE;
    }

    @Override
    public String masterAddress() {
        return "";
    }

    @Override
    public boolean isRemoved() {
        return false;
    }

    @Override
    public List<String> clientAddresses() {
        return List.of("localhost:7400");
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void wakeAt(long nanoTime) {
        wakeAt = nanoTime;
    }

    @Override
    public Executor loop() {
        return tasks::add;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Due waiting = new Due(now + delayNanos, task);
        due.add(waiting);
        return () -> due.remove(waiting);
    }

    @Override
    public Reporter reporter() {
        return new Reporter() {
            @Override
            public void info(String message) {}

            @Override
            public void warn(String message) {
                throw new AssertionError(message);
            }
        };
    }

    @Override
    public void fatal(String message, Throwable cause) {
        throw new AssertionError(message, cause);
    }

    @Override
    public RandomGenerator random() {
        throw new UnsupportedOperationException("a front door has no use for chance");
    }

    @Override
    public Executor diskExecutor() {
        throw new UnsupportedOperationException("a front door has no disk");
    }

    @Override
    public Executor background() {
        throw new UnsupportedOperationException("a front door has nothing to do in the background");
    }

    @Override
    public Executor errands() {
        throw new UnsupportedOperationException("a front door has no errands");
    }

    @Override
    public Disk disk() {
        throw new UnsupportedOperationException("a front door has no disk");
    }

    @Override
    public Network network() {
        throw new UnsupportedOperationException("a front door knows no replicas");
    }
}
