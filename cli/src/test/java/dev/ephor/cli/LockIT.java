package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `ephor lock` in a process of its own: signals, and a cell that falls silent.
@Timeout(180)
class LockIT {
    private static final String LOCK = "/ls/local/x";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path directory;

    private SmallCell cell;

    @BeforeEach
    void start() throws Exception {
        cell = SmallCell.start(directory);
    }

    @AfterEach
    void stop() {
        cell.close();
    }

    private Running lock(String... more) throws Exception {
        List<String> args = new ArrayList<>(List.of("lock", "-s", cell.address()));
        args.addAll(Arrays.asList(more));
        return Running.start(args.toArray(String[]::new));
    }

    /// The lock is free now, not only after a lease.
    private void lockIsFree() {
        try (Ephor ephor = Ephor.connect(cell.address());
                HeldLock lock = ephor.lock(LOCK, LockMode.EXCLUSIVE, Duration.ofMillis(1_000))) {
            assertThat(lock.isValid()).isTrue();
        }
    }

    @Test
    void theCommandHasTheTerminalAndItsSignals() throws Exception {
        String script =
                "trap 'echo got TERM; exit 33' TERM; echo ready; while :; do sleep 0.1; done";
        try (Running lock = lock(LOCK, "--", "sh", "-c", script)) {
            lock.waitFor("ready");

            lock.signal("TERM");

            lock.waitFor("got TERM");
            assertThat(lock.waitForEnd()).isEqualTo(33);
            lockIsFree();
        }
    }

    @Test
    void otherSignalsArePassedOnToo() throws Exception {
        for (String signal : List.of("INT", "HUP")) {
            String script =
                    "trap 'exit 34' " + signal + "; echo ready; while :; do sleep 0.1; done";
            try (Running lock = lock(LOCK, "--", "sh", "-c", script)) {
                lock.waitFor("ready");
                lock.signal(signal);
                assertThat(lock.waitForEnd()).as(signal).isEqualTo(34);
            }
        }
    }

    @Test
    void whoGivesUpWaitingLeavesTheQueue() throws Exception {
        try (Ephor ephor = Ephor.connect(cell.address());
                HeldLock held = ephor.lock(LOCK, LockMode.EXCLUSIVE);
                Running waiting = lock(LOCK, "--", "echo", "it ran")) {
            waiting.waitFor("waiting for the lock " + LOCK);

            waiting.signal("INT");

            assertThat(waiting.waitForEnd()).isEqualTo(ExitCode.INTERRUPTED);
            assertThat(waiting.printed()).doesNotContain("it ran");
            held.close();
            lockIsFree();
        }
    }

    @Test
    void aWaiterGetsTheLockWhenItIsFree() throws Exception {
        try (Ephor ephor = Ephor.connect(cell.address());
                HeldLock held = ephor.lock(LOCK, LockMode.EXCLUSIVE);
                Running waiting = lock(LOCK, "--", "echo", "it ran")) {
            waiting.waitFor("waiting for the lock " + LOCK);
            held.close();
            waiting.waitFor("it ran");
            assertThat(waiting.waitForEnd()).isZero();
        }
    }

    /// The lease is two seconds here.
    @Test
    void theCommandIsEndedWhenTheCellFallsSilent() throws Exception {
        String script = "echo ready $$; trap 'echo asked' TERM; while :; do sleep 0.1; done";
        try (Running lock = lock("--kill-after", "500ms", LOCK, "--", "sh", "-c", script)) {
            long pid = Long.parseLong(lock.waitFor("ready").replace("ready ", ""));

            cell.close();

            lock.waitFor("asked");
            assertThat(
                            Waiting.until(
                                    SOON,
                                    () -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive),
                                    Optional::isEmpty))
                    .as("the command")
                    .isEmpty();
            assertThat(lock.waitForEnd()).isEqualTo(ExitCode.LOCK_LOST);
            lock.waitFor("the lock " + LOCK + " was lost, and the command was ended");
        }
    }
}
