package dev.ephor.simulator;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import dev.ephor.client.Stat;
import dev.ephor.client.WriteOptions;
import dev.ephor.simulator.Linearizability.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// What a client does with a lock: waits for it, writes under it, both to the lock's own file and
/// to another, gives it back, and begins again. It does not look whether the lock is still held
/// before it writes: to refuse is the cell's part.
final class LockProgram {
    private final ClientNode client;
    private final Process process;
    private final Ephor session;
    private final ServiceCell cell;
    private final Rng rng;

    LockProgram(ClientNode client, Process process, Ephor session) {
        this.client = client;
        this.process = process;
        this.session = session;
        this.cell = client.cell;
        this.rng = client.rng;
    }

    void begin() {
        client.later(session, rng.between(cell.think / 4, cell.think * 4), this::open);
    }

    private void open() {
        if (cell.isCalm()) {
            return;
        }
        if (!client.world.choices.make(client.world, "lock " + client.name, "")) {
            begin();
            return;
        }
        OpenOptions options = OpenOptions.CREATE.lockDelay(Duration.ofNanos(cell.lockDelay));
        client.waitFor(
                session.openAsync(cell.lockPath, options),
                (handle, failure) -> {
                    if (failure == null) {
                        acquire(handle);
                    } else {
                        expect(failure);
                        begin();
                    }
                });
    }

    private void acquire(NodeHandle handle) {
        LockMode mode = rng.chance(cell.shared) ? LockMode.SHARED : LockMode.EXCLUSIVE;
        LockBook.Asking asking = cell.locksHeld.asks(cell.lockPath, mode);
        CompletableFuture<HeldLock> answer =
                rng.chance(0.3)
                        ? handle.lockAsync(mode, Duration.ofMillis(rng.magnitude(10, 10_000)))
                        : handle.lockAsync(mode);
        client.waitFor(
                answer,
                (lock, failure) -> {
                    if (failure == null) {
                        LockBook.Grant grant =
                                cell.locksHeld.granted(client.name, process, lock, asking);
                        use(handle, grant, rng.between(0, 6));
                    } else {
                        expect(failure);
                        close(handle);
                    }
                });
    }

    private void use(NodeHandle handle, LockBook.Grant grant, int writes) {
        if (writes == 0 || cell.isCalm()) {
            release(handle, grant);
        } else {
            client.later(
                    session,
                    rng.between(0L, cell.think),
                    () -> write(grant, () -> use(handle, grant, writes - 1)));
        }
    }

    private void write(LockBook.Grant grant, Runnable then) {
        if (rng.nextBoolean()) {
            putUnder(client, session, grant, then);
            return;
        }
        String value = value(client, grant);
        watch(
                client,
                grant,
                cell.lockPath,
                value,
                () -> grant.lock().writeAsync(value.getBytes(StandardCharsets.UTF_8)),
                then);
    }

    /// Writes on behalf of the lock's holder, as somebody does who was handed its sequencer.
    static void putUnder(ClientNode client, Ephor session, LockBook.Grant grant, Runnable then) {
        String path = client.cell.guardedPath;
        String value = value(client, grant);
        watch(
                client,
                grant,
                path,
                value,
                () ->
                        session.putAsync(
                                path,
                                value.getBytes(StandardCharsets.UTF_8),
                                WriteOptions.DEFAULT.ifHeld(grant.lock().sequencer())),
                then);
    }

    private static String value(ClientNode client, LockBook.Grant grant) {
        return client.cell.files.fresh(client.name + "." + grant.lock().generation());
    }

    private static void watch(
            ClientNode client,
            LockBook.Grant grant,
            String path,
            String value,
            Supplier<CompletableFuture<Stat>> write,
            Runnable then) {
        ServiceCell cell = client.cell;
        Operation operation = new Operation.Write(value);
        FileBook.Line line = cell.files.called(path, operation);
        client.waitFor(
                write.get(),
                (stat, failure) -> {
                    if (failure == null) {
                        cell.files.answered(line, operation);
                        cell.locksHeld.written(grant, path, line.called, stat.contentGeneration());
                    } else {
                        cell.files.failed(line, failure);
                        if (FileBook.cause(failure) instanceof EphorException.SequencerInvalid) {
                            cell.locksHeld.refused(grant);
                        }
                    }
                    then.run();
                });
    }

    private void release(NodeHandle handle, LockBook.Grant grant) {
        cell.locksHeld.givesBack(grant);
        client.waitFor(
                grant.lock().closeAsync(),
                (_, failure) -> {
                    if (failure == null) {
                        cell.locksHeld.gaveBack(grant);
                    } else {
                        expect(failure);
                    }
                    close(handle);
                });
    }

    private void close(NodeHandle handle) {
        client.waitFor(
                handle.closeAsync(),
                (_, failure) -> {
                    if (failure != null) {
                        expect(failure);
                    }
                    begin();
                });
    }

    private void expect(Throwable failure) {
        client.expect(
                "a lock's call",
                failure,
                EphorException.LockTimeout.class,
                EphorException.NotHeld.class);
        client.world.marks.reach(
                "lock call: " + FileBook.cause(failure).getClass().getSimpleName());
    }
}
