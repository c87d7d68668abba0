package dev.ephor.cli;

import dev.ephor.client.Ephor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Ends a session in order when the process is told to end (Ctrl-C): otherwise the cell would keep
/// its handles and its place in queues until the lease has run out.
final class FarewellHook implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 1_000;

    private final Thread hook;
    private volatile boolean running;

    private FarewellHook(Runnable farewell) {
        hook =
                Thread.ofPlatform()
                        .name("ephor-farewell")
                        .unstarted(() -> {
                            running = true;
                            farewell.run();
                        });
    }

    static FarewellHook closing(Ephor ephor) {
        FarewellHook hook = new FarewellHook(() -> close(ephor));
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    /// The process is ending.
    boolean isRunning() {
        return running;
    }

    private static void close(Ephor ephor) {
        try {
            ephor.closeAsync().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The process ends all the same, and the lease ends what is left.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs already.
        }
    }
}
