package dev.ephor.log;

import dev.ephor.paxos.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/// A replica of the log in a program of one's own: its data directory, its threads, its port and
/// its [ReplicatedLog], opened and closed as one. Who needs another world than the real one, or
/// shares threads with it, puts the same parts together as `open` does.
///
/// Thread-safe.
///
/// @param <R> what applying a command gives
public final class EmbeddedLog<R> implements AutoCloseable {
    private static final int FATAL = 3;

    private final RealDisk disk;
    private final RealEnvironment environment;
    private final ReplicatedLog<R> log;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedLog(RealDisk disk, RealEnvironment environment, ReplicatedLog<R> log) {
        this.disk = disk;
        this.environment = environment;
        this.log = log;
    }

    /// What a replica must know to run. Immutable.
    ///
    /// @param cell the cell's name, the same at all its replicas
    /// @param number this replica's number, one of `members`
    /// @param data its data directory, which no other replica has
    /// @param members where the replicas of the cell reach each other, by number, this one too: it
    ///   listens there
    /// @param settings the numbers that the log runs by, the same at all replicas
    /// @param reporter what the operator should know
    /// @param onFatal called once where going on could be unsafe: a flush failed, an invariant does
    ///   not hold. It should end the process
    public record Plan(
            String cell,
            int number,
            Path data,
            SortedMap<Integer, Address> members,
            LogSettings settings,
            Reporter reporter,
            BiConsumer<String, Throwable> onFatal) {
        public Plan {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
            Check.that(members.containsKey(number), "a replica is one of the members");
        }

        /// With default settings. Warnings go to standard error, and so does what ends the process.
        public static Plan of(
                String cell, int number, Path data, SortedMap<Integer, Address> members) {
            Reporter reporter = new StandardError("replica " + number + ": ");
            return new Plan(
                    cell, number, data, members, LogSettings.DEFAULT, reporter, EmbeddedLog::halt);
        }

        public Plan withSettings(LogSettings other) {
            return new Plan(cell, number, data, members, other, reporter, onFatal);
        }

        public Plan reportingTo(Reporter other, BiConsumer<String, Throwable> atTheEnd) {
            return new Plan(cell, number, data, members, settings, other, atTheEnd);
        }
    }

    /// Makes the empty data directory that of a replica of a new cell. Once for each replica of the
    /// cell, before its first start, and never for one that lost its disk.
    ///
    /// @throws WrongDiskException the directory is in use, or is a replica's already
    /// @throws IOException it cannot be written
    public static void bootstrap(Plan plan) throws IOException {
        RealDisk.bootstrap(plan.data(), plan.cell(), plan.number(), plan.members().keySet());
    }

    /// Starts the replica: reads its data, on the calling thread, and takes part in the cell. Fails
    /// as [ReplicatedLog#open], or where its port is in use.
    public static <R> EmbeddedLog<R> open(Plan plan, Application<R> application)
            throws IOException {
        RealDisk disk = RealDisk.open(plan.data());
        try {
            Seat seat = Seat.of(plan.cell(), plan.number());
            RealEnvironment environment = start(plan, disk, seat);
            try {
                ReplicatedLog<R> log =
                        ReplicatedLog.open(seat, plan.settings(), environment, application);
                return new EmbeddedLog<>(disk, environment, log);
            } catch (IOException | RuntimeException e) {
                environment.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static RealEnvironment start(Plan plan, RealDisk disk, Seat seat) throws IOException {
        Address own = plan.members().getOrDefault(plan.number(), new Address("localhost", 0));
        return RealEnvironment.start(
                disk, seat, own, plan.members(), plan.reporter(), plan.onFatal());
    }

    /// Where commands are submitted, and what this replica knows.
    public ReplicatedLog<R> log() {
        return log;
    }

    /// The world that it runs in: its clock, its executors.
    public Environment environment() {
        return environment;
    }

    /// Stops taking part, giving mastership up in good order, and frees the port and the directory.
    /// Waits until all is on disk, so not on the loop. A second time does nothing.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        environment.await(log.handOver("the replica is closed"));
        log.close();
        environment.close();
        try {
            disk.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void halt(String message, Throwable cause) {
        System.err.println("the replica stops: " + message);
        cause.printStackTrace();
        Runtime.getRuntime().halt(FATAL);
    }

    private record StandardError(String prefix) implements Reporter {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {
            System.err.println(prefix + message);
        }
    }
}
