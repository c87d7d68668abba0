package dev.ephor.cli;

import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// One of the workers of the demo, with a session of its own: gets the lock, adds lines to the
/// journal while it has it, gives it back, and so on. Knows nothing of replicas or fail-overs.
///
/// A line is a file of its own that must not be there yet; the number of the last one is in the
/// counter. Both are written with the lock's sequencer.
final class DemoWorker implements Runnable {
    static final String ROOT = "/ls/local/demo";
    static final String LOCK = ROOT + "/lock";
    static final String COUNTER = ROOT + "/counter";
    static final String JOURNAL = ROOT + "/journal";

    private static final long HOLD_NANOS = 300_000_000;
    private static final long BETWEEN_LINES_MILLIS = 15;

    private final int number;
    private final Ephor ephor;
    private final DemoHistory history;
    private final AtomicInteger holder;
    private final AtomicBoolean stop;

    /// @param holder where a worker leaves its number while it has the lock, for the story alone
    DemoWorker(
            int number,
            Ephor ephor,
            DemoHistory history,
            AtomicInteger holder,
            AtomicBoolean stop) {
        this.number = number;
        this.ephor = ephor;
        this.history = history;
        this.holder = holder;
        this.stop = stop;
    }

    static String journalPath(long line) {
        return "%s/%06d".formatted(JOURNAL, line);
    }

    @Override
    public void run() {
        try {
            while (!stop.get()) {
                try (HeldLock lock = ephor.lock(LOCK, LockMode.EXCLUSIVE)) {
                    work(lock);
                }
            }
        } catch (EphorException e) {
            history.complain("worker " + number + " had to give up: " + e.getMessage());
        }
    }

    private void work(HeldLock lock) {
        long from = System.nanoTime();
        long until = from;
        holder.set(number);
        try {
            long acknowledged = history.lastNumber();
            Contents counter = ephor.get(COUNTER);
            long line = Long.parseLong(counter.utf8());
            if (line < acknowledged) {
                history.complain(
                        "worker %d read %d from the counter after %d was acknowledged"
                                .formatted(number, line, acknowledged));
            }
            while (lock.isValid() && System.nanoTime() - from < HOLD_NANOS) {
                until = System.nanoTime();
                line++;
                write(line, lock);
                Waiting.pause(BETWEEN_LINES_MILLIS);
            }
            if (lock.isValid()) {
                until = System.nanoTime();
            }
        } finally {
            history.held(new DemoHistory.Hold(number, lock.generation(), from, until));
        }
    }

    private void write(long line, HeldLock lock) {
        String text = "worker %d, holding %d".formatted(number, lock.generation());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        WriteOptions held = WriteOptions.DEFAULT.ifHeld(lock.sequencer());
        try {
            ephor.put(journalPath(line), bytes, held.ifAbsent());
            long at = System.nanoTime();
            history.acknowledged(new DemoHistory.Line(line, text, at));
            ephor.put(COUNTER, Long.toString(line).getBytes(StandardCharsets.UTF_8), held);
        } catch (EphorException.OutcomeUnknown e) {
            history.inDoubt(line);
            throw e;
        } catch (EphorException.AlreadyExists | EphorException.GenerationMismatch e) {
            history.complain(
                    "worker %d found line %d written by somebody else while it had the lock"
                            .formatted(number, line));
            throw e;
        }
    }
}
