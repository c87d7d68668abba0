package dev.ephor.simulator;

import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.WriteOptions;
import dev.ephor.simulator.Linearizability.Operation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a client does with files, one thing after the other: reads, writes, and writes on the
/// condition that nobody else wrote.
final class FileProgram {
    private final ClientNode client;
    private final Ephor session;
    private final ServiceCell cell;
    private final FileBook book;
    private final Rng rng;
    private final boolean readsOnly;

    FileProgram(ClientNode client, Ephor session, boolean readsOnly) {
        this.readsOnly = readsOnly;
        this.client = client;
        this.session = session;
        this.cell = client.cell;
        this.book = cell.files;
        this.rng = client.rng;
    }

    void begin() {
        client.later(session, rng.between(cell.think / 4, cell.think * 2), this::step);
    }

    private void step() {
        if (cell.isCalm()) {
            return;
        }
        if (!client.world.choices.make(client.world, "file step " + client.name, "")) {
            begin();
            return;
        }
        if (readsOnly) {
            read(rng.pick(cell.paths));
            return;
        }
        LockBook.Grant grant = rng.chance(0.1) ? cell.locksHeld.recent(cell.lockPath, rng) : null;
        if (grant != null) {
            LockProgram.putUnder(client, session, grant, this::begin);
            return;
        }
        String path = rng.pick(cell.paths);
        switch (rng.between(0, 4)) {
            case 0, 1 -> read(path);
            case 2, 3 -> write(path);
            default -> compareAndSwap(path);
        }
    }

    private void read(String path) {
        read(client, session, path, (_, _) -> begin());
    }

    /// Told what there was: null for no file, and where it failed.
    interface Reader {
        void saw(@Nullable Contents contents, boolean certain);
    }

    static void read(ClientNode client, Ephor session, String path, Reader then) {
        FileBook book = client.cell.files;
        FileBook.Line line = book.called(path, new Operation.Read(null));
        client.waitFor(
                session.getAsync(path),
                (contents, failure) -> {
                    if (failure == null) {
                        book.saw(line, contents.utf8());
                    } else {
                        book.failed(line, failure);
                    }
                    then.saw(
                            failure == null ? contents : null,
                            failure == null
                                    || FileBook.cause(failure) instanceof EphorException.NotFound);
                });
    }

    private void write(String path) {
        put(path, new Operation.Write(book.fresh(client.name)), WriteOptions.DEFAULT);
    }

    private void compareAndSwap(String path) {
        read(
                client,
                session,
                path,
                (contents, certain) -> {
                    if (!certain || cell.isCalm()) {
                        begin();
                        return;
                    }
                    String value = book.fresh(client.name);
                    if (contents == null) {
                        put(
                                path,
                                new Operation.CompareAndSwap(null, value, true),
                                WriteOptions.DEFAULT.ifAbsent());
                    } else {
                        put(
                                path,
                                new Operation.CompareAndSwap(contents.utf8(), value, true),
                                WriteOptions.DEFAULT.ifGeneration(contents.generation()));
                    }
                });
    }

    private void put(String path, Operation operation, WriteOptions options) {
        String value =
                switch (operation) {
                    case Operation.Write(String written) -> written;
                    case Operation.CompareAndSwap swap -> swap.value();
                    case Operation.Read _ -> throw new IllegalArgumentException("not a write");
                };
        FileBook.Line line = book.called(path, operation);
        client.waitFor(
                session.putAsync(path, value.getBytes(StandardCharsets.UTF_8), options),
                (_, failure) -> {
                    if (failure == null) {
                        book.answered(line, operation);
                    } else {
                        book.failed(line, failure);
                    }
                    begin();
                });
    }
}
