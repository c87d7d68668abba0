package dev.ephor.log;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Record;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Takes what the core wants persisted from the loop to the disk executor. What piles up while a
/// flush runs shares the next one: each request adds itself, and the first puts the flush behind
/// all that wait.
///
/// An error ends the replica: after a failed write or flush nobody knows what is on the disk.
final class LogWriter {
    /// What a record without a value takes, about.
    private static final int RECORD = 32;

    private final Environment environment;
    private final LogSettings settings;
    private final ReplayLog log;
    private final MemoryUse memory;
    private final FlushClock clock = new FlushClock();
    private final Consumer<List<Effect.Persist>> flushed;

    // Confined to the disk executor.
    private List<Effect.Persist> waiting = new ArrayList<>();
    private long waitingBytes;
    private boolean flushPosted;
    private boolean failed;

    /// Files that are not needed any more, oldest first. Confined to the errands.
    private final List<String> obsolete = new ArrayList<>();

    // Confined to the loop.
    private boolean proven;

    /// @param flushed called on the loop after each flush, with what was persisted together, in
    ///   order; never nothing
    LogWriter(
            Environment environment,
            LogSettings settings,
            ReplayLog log,
            MemoryUse memory,
            Consumer<List<Effect.Persist>> flushed) {
        this.environment = environment;
        this.settings = settings;
        this.log = log;
        this.memory = memory;
        this.flushed = flushed;
    }

    /// Loop.
    void persist(Effect.Persist persist) {
        proven = false;
        long bytes = bytesOf(persist);
        memory.toBeWritten(bytes);
        environment.diskExecutor().execute(() -> add(persist, bytes));
    }

    /// Writes what still waits, and what proves that everything before it was flushed. For when
    /// nothing was persisted for a while. Loop.
    void prove() {
        if (!proven) {
            proven = true;
            environment
                    .diskExecutor()
                    .execute(() -> {
                        flush();
                        guarded(log::prove);
                    });
        }
    }

    /// How long the disk takes now to make something safe, in nanoseconds. Any thread.
    long delay(long now) {
        return clock.delay(now);
    }

    /// Finds where the values from `from` to `to` are, and calls `found` with that as an errand, so
    /// that what it reads is not deleted before, or not at all where some of them are not written
    /// yet. Loop.
    void find(long from, long to, long bytes, Consumer<LogIndex.Found> found) {
        environment
                .diskExecutor()
                .execute(() -> {
                    if (!isWaiting(from, to)) {
                        LogIndex.Found where = log.index().find(from, to, bytes);
                        environment.errands().execute(() -> found.accept(where));
                    }
                });
    }

    /// Has the log begin after `base`, or as near below that as whole segments allow; `truncated`
    /// is called on the loop with where it begins then, and `base`'s own number. Loop.
    ///
    /// @param abandon true where what the log holds up to `base` must never be used again
    void truncate(long base, boolean abandon, BiConsumer<Long, Long> truncated) {
        environment
                .diskExecutor()
                .execute(() ->
                        guarded(() -> {
                            List<String> files = log.truncate(base, abandon);
                            long begins = log.begins().instance();
                            environment.errands().execute(() -> delete(files));
                            environment.loop().execute(() -> truncated.accept(begins, base));
                        }));
    }

    /// Ends after what was asked before; `closed` is called on the disk executor. Loop.
    void close(Runnable closed) {
        environment
                .diskExecutor()
                .execute(() -> {
                    flush();
                    guarded(log::prove);
                    guarded(log::close);
                    failed = true;
                    closed.run();
                });
    }

    private static long bytesOf(Effect.Persist persist) {
        long bytes = 0;
        for (Record record : persist.records()) {
            bytes +=
                    switch (record) {
                        case Record.Accepted accepted -> ValueCodec.sizeOf(accepted.value());
                        case Record.Chosen chosen -> ValueCodec.sizeOf(chosen.value());
                        case Record.Promised ignored -> RECORD;
                        case Record.ChosenUpTo ignored -> RECORD;
                    };
        }
        return bytes;
    }

    private void add(Effect.Persist persist, long bytes) {
        waiting.add(persist);
        waitingBytes += bytes;
        if (persist.flush() && !flushPosted) {
            flushPosted = true;
            environment.diskExecutor().execute(this::flush);
        }
    }

    private void flush() {
        flushPosted = false;
        if (waiting.isEmpty()) {
            return;
        }
        List<Effect.Persist> together = waiting;
        waiting = new ArrayList<>();
        long bytes = waitingBytes;
        waitingBytes = 0;
        guarded(() -> {
            List<Stored> records = new ArrayList<>();
            for (Effect.Persist persist : together) {
                for (Record record : persist.records()) {
                    records.add(new Stored.Core(record));
                }
            }
            clock.begins(environment.nanoTime());
            log.append(records);
            clock.ended(environment.nanoTime());
            memory.written(bytes);
            if (log.wantsSpare()) {
                environment.background().execute(this::makeSpare);
            }
            environment.loop().execute(() -> flushed.accept(together));
        });
    }

    private boolean isWaiting(long from, long to) {
        for (Effect.Persist persist : waiting) {
            for (Record record : persist.records()) {
                long instance = LogIndex.instanceOf(new Stored.Core(record));
                if (instance >= from && instance <= to) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Background. Without a spare segment the log grows as it is written.
    private void makeSpare() {
        try {
            ReplayLog.makeSpare(environment.disk(), settings);
            environment.diskExecutor().execute(log::spareIsReady);
        } catch (IOException e) {
            environment.reporter().warn("cannot make room for the replay log: " + e.getMessage());
        }
    }

    /// An errand. A file that stays costs only room, but nothing newer may go before it, or the log
    /// would have a gap: it is tried again first, the next time or at the next start.
    private void delete(List<String> files) {
        obsolete.addAll(files);
        try {
            while (!obsolete.isEmpty()) {
                LogRecovery.deleteOneByOne(environment.disk(), List.of(obsolete.getFirst()));
                obsolete.removeFirst();
            }
        } catch (IOException e) {
            environment
                    .reporter()
                    .warn(
                            "cannot delete replay log that is not needed any more: "
                                    + e.getMessage());
        }
    }

    private interface DiskWork {
        void run() throws IOException;
    }

    private void guarded(DiskWork work) {
        if (failed) {
            return;
        }
        try {
            work.run();
        } catch (DiskFullException e) {
            failed = true;
            environment.fatal(
                    "the disk is full: the replay log cannot grow ("
                            + e.getMessage()
                            + "). Make room and start the replica again; nothing that was"
                            + " acknowledged is lost",
                    e);
        } catch (IOException e) {
            failed = true;
            environment.fatal(
                    "cannot write the replay log ("
                            + e.getMessage()
                            + "). What reached the disk is unknown after such an error, so the"
                            + " replica"
                            + " stops. Check the disk, then start it again: it tells what was torn"
                            + " from what is damaged",
                    e);
        }
    }
}
