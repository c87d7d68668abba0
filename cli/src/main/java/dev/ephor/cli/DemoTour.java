package dev.ephor.cli;

import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The story that `ephor demo` tells.
final class DemoTour implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofMillis(700);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CALM = Duration.ofMillis(2_500);
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private final Narrator narrator;
    private final LocalCell cell;
    private final int kills;
    private final StatusQuery query = new StatusQuery(ANSWER);
    private final DemoHistory history = new DemoHistory();
    private final AtomicInteger holder = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Ephor> sessions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final int workers;

    DemoTour(Narrator narrator, LocalCell cell, int workers, int kills) {
        this.narrator = narrator;
        this.cell = cell;
        this.workers = workers;
        this.kills = kills;
    }

    /// @throws Failure the cell does not come up
    DemoVerdict run() {
        begin();
        List<Long> killed = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Waiting.pause(CALM.toMillis());
            progress();
            if (!failOver(killed)) {
                break;
            }
        }
        Waiting.pause(CALM.toMillis());
        progress();
        narrator.tell("The workers stop. Now everything is read back and compared.");
        finish();
        return DemoVerdict.of(history.snapshot(), killed, kills, remains());
    }

    // --- the beginning ---

    private void begin() {
        narrator.tell("A cell starts: five replicas, each a process of its own.");
        List<ReplicaView> views =
                Waiting.until(START, this::look, seen -> master(seen).isPresent());
        int master =
                master(views)
                        .orElseThrow(() -> {
                            Diagnosis diagnosis = Diagnosis.of(views);
                            return Failure.error(
                                    "the cell has no master after " + Durations.show(START),
                                    diagnosis.verdict()
                                            + "\n"
                                            + String.join("\n", diagnosis.findings()));
                        });
        narrator.tell("They have elected a master, replica " + master + ".");
        narrator.note("It serves all clients. What it acknowledges is on the disks of a majority.");
        Ephor first = connect("first");
        first.mkdir(DemoWorker.JOURNAL);
        first.put(DemoWorker.COUNTER, "0");
        for (int worker = 1; worker <= workers; worker++) {
            DemoWorker work =
                    new DemoWorker(worker, connect("worker " + worker), history, holder, stop);
            threads.add(Thread.ofVirtual().name("worker-" + worker).start(work));
        }
        narrator.tell(
                workers + " workers compete for one lock. Whoever has it adds lines to a journal.");
        narrator.note(
                "Each line carries a sequencer: the cell refuses it once the lock has passed on.");
    }

    private Ephor connect(String name) {
        String[] servers =
                cell.plan().servers().stream().map(Address::toString).toArray(String[]::new);
        Ephor ephor = Ephor.builder().name("demo " + name).connect(servers);
        sessions.add(ephor);
        return ephor;
    }

    private void progress() {
        narrator.note(
                "%,d lines so far, the lock changed hands %,d times; worker %d has it."
                        .formatted(history.lineCount(), history.holdCount(), holder.get()));
    }

    // --- a fail-over ---

    private boolean failOver(List<Long> killed) {
        Optional<Integer> master =
                master(Waiting.until(PATIENCE, this::look, seen -> master(seen).isPresent()));
        if (master.isEmpty()) {
            return false;
        }
        int victim = master.get();
        long at = System.nanoTime();
        cell.kill(victim);
        killed.add(at);
        narrator.tell("kill -9: replica " + victim + ", the master, is gone without a word.");
        narrator.note("Worker " + holder.get() + " has the lock. Its session outlives the master.");
        List<ReplicaView> views =
                Waiting.until(
                        PATIENCE,
                        this::look,
                        seen ->
                                master(seen)
                                        .filter(other ->
                                                !other.equals(victim) || isBack(seen, victim))
                                        .isPresent());
        Optional<Integer> next = master(views);
        if (next.isEmpty()) {
            history.complain("there was no new master after " + Durations.show(PATIENCE));
            return false;
        }
        narrator.tell("Replica " + next.get() + " has been elected master.");
        long newMasterAt = System.nanoTime();
        boolean goesOn = Waiting.until(PATIENCE, () -> history.goesOnAfter(newMasterAt), on -> on);
        if (!goesOn) {
            history.complain("the workers did not go on after " + Durations.show(PATIENCE));
            return false;
        }
        narrator.note("The workers go on where they were; none of them saw an error.");
        boolean back = Waiting.until(PATIENCE, () -> isBack(look(), victim), yes -> yes);
        if (back) {
            narrator.note("Replica " + victim + " was started again and has caught up.");
        } else {
            history.complain("replica " + victim + " did not come back");
        }
        return back;
    }

    private List<ReplicaView> look() {
        return query.ask(cell.plan().servers());
    }

    private static Optional<Integer> master(List<ReplicaView> views) {
        return views.stream().filter(ReplicaView::isMaster).map(ReplicaView::number).findFirst();
    }

    /// It answers, and it has applied what all others had chosen at about the same time.
    private static boolean isBack(List<ReplicaView> views, int replica) {
        return views.stream()
                .filter(view -> view.number() == replica)
                .map(ReplicaView::reply)
                .anyMatch(reply -> reply != null && reply.getMaster() != 0 && reply.getLag() == 0);
    }

    // --- the end ---

    private void finish() {
        stop.set(true);
        for (Thread thread : threads) {
            try {
                if (!thread.join(FAREWELL)) {
                    history.complain(thread.getName() + " hangs");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(ExitCode.INTERRUPTED, "interrupted", "");
            }
        }
    }

    private DemoVerdict.Remains remains() {
        Ephor ephor = sessions.getFirst();
        Map<Long, CompletableFuture<Contents>> reads = new TreeMap<>();
        ephor.list(DemoWorker.JOURNAL)
                .forEach(child -> {
                    long line = Long.parseLong(child.name());
                    reads.put(line, ephor.getAsync(DemoWorker.journalPath(line)));
                });
        Map<Long, String> journal = new TreeMap<>();
        reads.forEach((line, contents) -> journal.put(line, contents.join().utf8()));
        long counter = Long.parseLong(ephor.get(DemoWorker.COUNTER).utf8());
        return new DemoVerdict.Remains(journal, counter, lateWriteIsRefused(ephor));
    }

    /// Somebody who had the lock once, and does not know that it has passed on, writes.
    private boolean lateWriteIsRefused(Ephor ephor) {
        String old;
        try (HeldLock lock = ephor.lock(DemoWorker.LOCK, LockMode.EXCLUSIVE, PATIENCE)) {
            old = lock.sequencer();
        }
        try (HeldLock next =
                sessions.getLast().lock(DemoWorker.LOCK, LockMode.EXCLUSIVE, PATIENCE)) {
            byte[] text = "a late write".getBytes(StandardCharsets.UTF_8);
            ephor.put(DemoWorker.ROOT + "/late", text, WriteOptions.DEFAULT.ifHeld(old));
            return false;
        } catch (EphorException.SequencerInvalid e) {
            return true;
        }
    }

    @Override
    public void close() {
        stop.set(true);
        threads.forEach(Thread::interrupt);
        List<CompletableFuture<Void>> closing = sessions.stream().map(Ephor::closeAsync).toList();
        CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 2, java.util.concurrent.TimeUnit.SECONDS)
                .exceptionally(failure -> null)
                .join();
        query.close();
    }
}
