package dev.ephor.cli;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what nobody announces: other processes, ports, a master.
final class Waiting {
    private static final long BETWEEN_MILLIS = 50;

    private Waiting() {}

    /// Looks again and again until what it sees is good, or the time is over. Returns what it saw
    /// last.
    static <T> T until(Duration limit, Supplier<T> look, Predicate<T> good) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            T seen = look.get();
            if (good.test(seen) || System.nanoTime() - deadline >= 0) {
                return seen;
            }
            pause(BETWEEN_MILLIS);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted", "");
        }
    }
}
