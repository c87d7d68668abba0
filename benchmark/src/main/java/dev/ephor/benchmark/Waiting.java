package dev.ephor.benchmark;

import java.time.Duration;

/// Waiting for time to pass, and for other processes, which have no way to tell us.
final class Waiting {
    private static final Duration POLL = Duration.ofMillis(50);

    private Waiting() {}

    /// Waits a little before another process is asked again.
    static void pause() throws InterruptedException {
        Thread.sleep(POLL);
    }

    /// Lets a load run for so long.
    static void pass(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }
}
