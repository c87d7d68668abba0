package dev.ephor.acceptance;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waits for conditions, never for time alone.
final class Await {
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Await() {}

    static void until(String what, Duration limit, Callable<Boolean> condition) {
        await(what).atMost(limit).pollDelay(Duration.ZERO).pollInterval(INTERVAL).until(condition);
    }

    /// Waits until there is one.
    static <T> T value(String what, Duration limit, Callable<Optional<T>> source) {
        return await(what)
                .atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(INTERVAL)
                .until(source, Optional::isPresent)
                .orElseThrow();
    }

    static <T> T result(String what, Duration limit, Future<T> future) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(what + " took longer than " + limit, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
