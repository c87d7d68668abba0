package dev.ephor.cli;

import dev.ephor.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Keeps a cell running on this machine: a process per replica, and whichever ends is started again
/// after a pause that grows while it keeps ending early.
///
/// Thread-safe.
final class LocalCell implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /// A replica that has run for this long is well: its next end is met with a short pause again.
    private static final Duration WELL_AFTER = Duration.ofSeconds(10);

    private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

    /// Replicas of an earlier run may still be ending when the next one begins.
    private static final Duration TIME_TO_FREE_PORTS = Duration.ofSeconds(3);

    private final CellDirectory directory;
    private final Listener listener;

    /// All that follows is used on this thread alone.
    private final ScheduledExecutorService keeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("ephor-keeper").daemon().factory());

    private final TreeMap<Integer, ReplicaChild> running = new TreeMap<>();
    private final TreeMap<Integer, Duration> pauses = new TreeMap<>();
    private boolean stopping;

    /// Told on the keeper's thread.
    interface Listener {
        /// Not interested.
        Listener NONE =
                new Listener() {
                    @Override
                    public void started(int replica, long pid) {}

                    @Override
                    public void ended(int replica, String how, Duration pause) {}
                };

        /// @param pid of the new process
        void started(int replica, long pid);

        /// @param how in words
        /// @param pause after which it is started again
        void ended(int replica, String how, Duration pause);
    }

    private LocalCell(CellDirectory directory, Listener listener) {
        this.directory = directory;
        this.listener = listener;
    }

    /// Writes the configurations and starts the replicas; does not wait for a master.
    ///
    /// @throws Failure a port is in use
    static LocalCell start(CellDirectory directory, Listener listener) throws IOException {
        CellDirectory.Plan plan = directory.plan();
        refuseUsedPorts(plan);
        for (int replica : plan.numbers()) {
            Files.writeString(
                    directory.configurationOf(replica), configuration(directory, replica));
        }
        LocalCell cell = new LocalCell(directory, listener);
        cell.keeper.execute(() -> plan.numbers().forEach(cell::launch));
        return cell;
    }

    private static String configuration(CellDirectory directory, int replica) {
        CellDirectory.Plan plan = directory.plan();
        TreeMap<Integer, ServerConfig.Member> members = new TreeMap<>();
        for (int number : plan.numbers()) {
            members.put(
                    number,
                    new ServerConfig.Member(
                            plan.replicaAddress(number).forServer(),
                            plan.clientAddress(number).forServer()));
        }
        return ServerConfig.of(plan.cell(), replica, directory.dataOf(replica), members).toText();
    }

    CellDirectory directory() {
        return directory;
    }

    CellDirectory.Plan plan() {
        return directory.plan();
    }

    /// Ends the replica's process as `kill -9` does. It comes back by itself.
    void kill(int replica) {
        ask(() -> Optional.ofNullable(running.get(replica))).ifPresent(ReplicaChild::kill);
    }

    /// Replicas that have a process.
    List<Integer> alive() {
        return ask(() -> List.copyOf(running.keySet()));
    }

    /// Asks all replicas to end, waits for a bounded time, and ends the rest by force. Returns
    /// those that had to be forced.
    List<Integer> stop() {
        List<ReplicaChild> processes =
                ask(() -> {
                    stopping = true;
                    return new ArrayList<>(running.values());
                });
        processes.forEach(ReplicaChild::terminate);
        long deadline = System.nanoTime() + TIME_TO_STOP.toNanos();
        List<Integer> forced = new ArrayList<>();
        for (ReplicaChild process : processes) {
            if (!endsBefore(process, deadline)) {
                process.kill();
                forced.add(process.replica());
            }
        }
        keeper.shutdown();
        return forced;
    }

    @Override
    public void close() {
        if (!keeper.isShutdown()) {
            stop();
        }
    }

    private static boolean endsBefore(ReplicaChild process, long deadline) {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            return process.process().waitFor(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // --- on the keeper's thread ---

    private void launch(int replica) {
        if (stopping) {
            return;
        }
        try {
            ReplicaChild process = ReplicaChild.start(directory, replica);
            running.put(replica, process);
            listener.started(replica, process.process().pid());
            process.process().onExit().thenRunAsync(() -> ended(process), keeper);
        } catch (IOException e) {
            Duration pause = nextPause(replica, Duration.ZERO);
            listener.ended(replica, "cannot be started: " + e.getMessage(), pause);
            launchAfter(pause, replica);
        }
    }

    private void ended(ReplicaChild process) {
        int replica = process.replica();
        running.remove(replica, process);
        if (!stopping) {
            Duration pause = nextPause(replica, process.age());
            listener.ended(replica, process.ending(), pause);
            launchAfter(pause, replica);
        }
    }

    private void launchAfter(Duration pause, int replica) {
        keeper.schedule(() -> launch(replica), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Duration nextPause(int replica, Duration age) {
        Duration last = pauses.getOrDefault(replica, Duration.ZERO);
        Duration pause =
                last.isZero() || age.compareTo(WELL_AFTER) >= 0
                        ? FIRST_PAUSE
                        : last.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        pauses.put(replica, pause);
        return pause;
    }

    private <T> T ask(java.util.concurrent.Callable<T> question) {
        try {
            return keeper.submit(question).get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the keeper failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted", "");
        }
    }

    // --- ports ---

    private static void refuseUsedPorts(CellDirectory.Plan plan) {
        OptionalInt used =
                Waiting.until(
                        TIME_TO_FREE_PORTS,
                        () -> Ports.firstInUse(plan.ports()),
                        OptionalInt::isEmpty);
        if (used.isPresent()) {
            throw Failure.error(
                    "port " + used.getAsInt() + " is in use by another process",
                    "This cell needs the ports "
                            + plan.port()
                            + " to "
                            + (plan.port() + 2 * plan.replicas() - 1)
                            + ". Choose others with --port, or see who has it: ss -ltnp 'sport = :"
                            + used.getAsInt()
                            + "'");
        }
    }
}
