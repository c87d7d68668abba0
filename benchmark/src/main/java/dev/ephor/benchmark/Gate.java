package dev.ephor.benchmark;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Says to the workers of a load whether what they do counts. Errors are counted, and an operation
/// counts where it *ends* while the window is open. Thread-safe.
final class Gate {
    /// So many errors in one window mean that there is nothing to measure.
    private static final long MOST_ERRORS = 1_000;

    private enum Phase {
        WARMING,
        MEASURING,
        OVER
    }

    private final AtomicLong errors = new AtomicLong();
    private volatile Phase phase = Phase.WARMING;
    private volatile @Nullable Throwable lastError;

    /// Warms the load up, measures, and closes: workers that ask from then on stop.
    ///
    /// @return what the machine did while the window was open
    /// @throws IllegalStateException the operations fail, one after the other
    Usage window(Duration warm, Duration measure, Meter meter) throws InterruptedException {
        try {
            Waiting.pass(warm);
            failIfHopeless();
            errors.set(0);
            Meter.Reading before = meter.read();
            phase = Phase.MEASURING;
            Waiting.pass(measure);
            phase = Phase.OVER;
            Usage usage = meter.read().since(before);
            failIfHopeless();
            return usage;
        } finally {
            phase = Phase.OVER;
        }
    }

    boolean open() {
        return phase != Phase.OVER && errors.get() < MOST_ERRORS;
    }

    boolean measuring() {
        return phase == Phase.MEASURING;
    }

    void error(Throwable why) {
        lastError = why;
        errors.incrementAndGet();
    }

    long errors() {
        return errors.get();
    }

    private void failIfHopeless() {
        if (errors.get() >= MOST_ERRORS) {
            throw new IllegalStateException("the peer answers with errors only", lastError);
        }
    }
}
