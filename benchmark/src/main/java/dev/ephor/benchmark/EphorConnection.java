package dev.ephor.benchmark;

import dev.ephor.client.Ephor;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An Ephor session through Ephor's own client. Reads are linearizable.
final class EphorConnection implements Connection {
    static final String DIRECTORY = "/ls/local/bench";

    private final Ephor ephor;

    EphorConnection(Ephor ephor) {
        this.ephor = ephor;
    }

    private static String path(int file) {
        return DIRECTORY + "/f" + file;
    }

    void makeDirectory() {
        ephor.mkdir(DIRECTORY);
    }

    @Override
    public void create(int file, byte[] contents) {
        ephor.put(path(file), contents);
    }

    @Override
    public void call(Operation operation, int file, byte[] contents) {
        switch (operation) {
            case WRITE -> ephor.put(path(file), contents);
            case READ, SYNC_READ -> ephor.get(path(file));
        }
    }

    @Override
    public void submit(Operation operation, int file, byte[] contents, Done done) {
        CompletableFuture<?> result =
                switch (operation) {
                    case WRITE -> ephor.putAsync(path(file), contents);
                    case READ, SYNC_READ -> ephor.getAsync(path(file));
                };
        result.whenComplete((value, failure) -> end(failure, done));
    }

    private static void end(@Nullable Throwable failure, Done done) {
        if (failure == null) {
            done.succeeded();
        } else {
            done.failed(failure);
        }
    }

    @Override
    public void close() {
        ephor.close();
    }
}
