package dev.ephor.client;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// The step from futures to blocking calls.
final class Waiting {
    private Waiting() {}

    /// Waits for the result; an interrupt calls the request off. Exceptions are thrown as they are,
    /// with the stack trace of the caller.
    static <T> T await(CompletableFuture<T> future, String what) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new EphorException.Interrupted(what + ": interrupted");
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    private static RuntimeException unwrapped(@Nullable Throwable cause) {
        if (cause instanceof EphorException || cause instanceof CancellationException) {
            RuntimeException ours = (RuntimeException) cause;
            ours.fillInStackTrace();
            return ours;
        }
        if (cause instanceof java.lang.Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }
}
