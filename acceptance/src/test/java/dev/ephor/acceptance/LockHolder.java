package dev.ephor.acceptance;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.OpenOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A program of its own that takes a lock and says what it knows of it, a line each:
///
/// - `HELD <sequencer>`: it has the lock;
/// - `LEASE <time>`: the session lives until then, for certain; said again and again;
/// - `TOLD`: it was told that the lock is lost;
/// - `LOST <time>`: it asked whether the lock is still its own, and for the first time the answer
///   was no; the answer was yes at that time, and never later;
/// - `WRITTEN`, or `REFUSED <exception>`: then it tried to write under the lock.
///
/// Times are of the clock that all processes of a machine share.
final class LockHolder {
    private static final long SAY_EVERY = 20_000_000;

    private LockHolder() {}

    /// @param arguments a path, the lease and the lock-delay in milliseconds, and addresses
    public static void main(String[] arguments) throws InterruptedException {
        String path = arguments[0];
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[1]));
        Duration lockDelay = Duration.ofMillis(Long.parseLong(arguments[2]));
        String[] addresses = Arrays.copyOfRange(arguments, 3, arguments.length);
        try (Ephor ephor = Ephor.builder().lease(lease).connect(addresses)) {
            HeldLock lock =
                    ephor.open(path, OpenOptions.CREATE.lockDelay(lockDelay))
                            .lock(LockMode.EXCLUSIVE);
            lock.onLost(() -> say("TOLD"));
            say("HELD " + lock.sequencer());
            say("LOST " + holdUntilLost(ephor, lock));
            try {
                lock.write("by one who lost the lock");
                say("WRITTEN");
            } catch (EphorException e) {
                say("REFUSED " + e.getClass().getSimpleName());
            }
        }
    }

    /// When the lock was valid for the last time.
    private static long holdUntilLost(Ephor ephor, HeldLock lock) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long validAt = System.nanoTime();
        long saidAt = 0;
        while (true) {
            // Read before the question: whatever happens between, it was valid then or later.
            long now = System.nanoTime();
            if (!lock.isValid()) {
                return validAt;
            }
            validAt = now;
            if (now - saidAt > SAY_EVERY) {
                saidAt = now;
                say("LEASE " + (now + ephor.leaseRemaining().toNanos()));
            }
            never.await(100, TimeUnit.MICROSECONDS);
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    // --- for who started it ---

    static Program start(
            RealCell cell, String path, Duration lease, Duration lockDelay, String... addresses) {
        List<String> arguments =
                new java.util.ArrayList<>(
                        List.of(
                                path,
                                Long.toString(lease.toMillis()),
                                Long.toString(lockDelay.toMillis())));
        arguments.addAll(List.of(addresses));
        Program program =
                Program.start(
                        cell.directory().resolve("holder-" + path.hashCode()),
                        Program.java(LockHolder.class, arguments.toArray(String[]::new)));
        said(program, "HELD");
        return program;
    }

    /// What follows the word where the program said it last; waits until it has.
    static String said(Program program, String word) {
        return Await.value(
                "the holder to say " + word, RealCell.PATIENCE, () -> saidAlready(program, word));
    }

    /// The same, if it has said so.
    static Optional<String> saidAlready(Program program, String word) {
        String output = program.output();
        String whole = output.substring(0, output.lastIndexOf('\n') + 1);
        return whole.lines()
                .filter(line -> line.equals(word) || line.startsWith(word + " "))
                .reduce((first, second) -> second)
                .map(line -> line.substring(word.length()).strip());
    }
}
