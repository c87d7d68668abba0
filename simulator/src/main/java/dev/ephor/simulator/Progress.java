package dev.ephor.simulator;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/// Says from time to time how far many runs have come. One thread at a time.
final class Progress {
    private static final long EVERY = 30_000_000_000L;

    private final PrintWriter out;
    private final long expected;
    private final long started = System.nanoTime();
    private long said = started;
    private long runs;
    private long failed;
    private long simulated;

    /// @param expected how many runs there will be
    Progress(PrintWriter out, long expected) {
        this.out = out;
        this.expected = expected;
    }

    void add(Outcome outcome) {
        runs++;
        failed += outcome.holds() ? 0 : 1;
        simulated += outcome.simulated();
        long now = System.nanoTime();
        if (now - said < EVERY) {
            return;
        }
        said = now;
        double seconds = (now - started) / 1e9;
        out.printf(
                Locale.ROOT,
                "%d of %d runs, %d failed; %.2f simulated days in %s (%.0f times as fast), "
                        + "about %s left%n",
                runs,
                expected,
                failed,
                simulated / 86_400e9,
                minutes(seconds),
                simulated / 1e9 / seconds,
                minutes(seconds / runs * (expected - runs)));
        out.flush();
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    private static String minutes(double seconds) {
        Duration duration = Duration.ofSeconds(Math.round(seconds));
        return String.format(
                Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
