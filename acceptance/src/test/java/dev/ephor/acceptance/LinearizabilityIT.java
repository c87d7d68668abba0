package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.WriteOptions;
import dev.ephor.simulator.Linearizability;
import dev.ephor.simulator.Linearizability.Event;
import dev.ephor.simulator.Linearizability.Operation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several clients read, write, and write on condition, a few files, while replicas are killed and
/// paused at random: for each file there is one order of all operations that explains what every
/// client saw.
@Timeout(240)
class LinearizabilityIT {
    private static final long SEED = 20;
    private static final int CLIENTS = 5;
    private static final int FILES = 3;
    private static final int PROGRESS = 40;
    private static final long NANOS = TimeUnit.SECONDS.toNanos(20);

    /// A client's pause between two operations, so that a history can be searched in a moment.
    private static final long PAUSE_MILLIS = 5;

    private final Map<String, Queue<Event>> histories = new TreeMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);

    @Test
    void historiesAreLinearizableWhileReplicasAreKilledAndPaused() {
        for (int i = 0; i < FILES; i++) {
            histories.put("/ls/local/register-" + i, new ConcurrentLinkedQueue<>());
        }
        try (RealCell cell = RealCell.start()) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(run(() -> operate(cell, number)));
            }
            CompletableFuture<Integer> faults = new CompletableFuture<>();
            run(() -> faults.complete(harm(cell)))
                    .exceptionally(failure -> {
                        faults.completeExceptionally(failure);
                        return null;
                    });
            int harmed = Await.result("the faults", Duration.ofSeconds(180), faults);
            clients.forEach(client -> Await.result("a client", RealCell.PATIENCE, client));
            cell.awaitAgreement();

            System.out.printf("%d operations, %d faults%n", operations(), harmed);
            assertThat(harmed).as("faults").isGreaterThan(1);
        }
        histories.forEach((path, history) ->
                assertThat(Linearizability.violation(List.copyOf(history), null))
                        .as("what cannot be explained of %s", path)
                        .isEmpty());
    }

    private static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, Thread.ofPlatform().daemon()::start);
    }

    // --- the clients ---

    private void operate(RealCell cell, int number) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        List<String> paths = List.copyOf(histories.keySet());
        try (Ephor ephor = cell.connect()) {
            for (int i = 0; !stopsWithin(PAUSE_MILLIS); i++) {
                String path = paths.get(random.nextInt(FILES));
                Queue<Event> history = histories.get(path);
                String value = number + "-" + i;
                switch (random.nextInt(3)) {
                    case 0 -> history.add(read(ephor, path));
                    case 1 -> history.add(write(ephor, path, value));
                    default -> swap(ephor, path, value, history);
                }
            }
        }
    }

    private static Event read(Ephor ephor, String path) {
        long called = System.nanoTime();
        String seen;
        try {
            seen = ephor.get(path).utf8();
        } catch (EphorException.NotFound e) {
            seen = null;
        }
        return new Event(called, System.nanoTime(), new Operation.Read(seen));
    }

    private static Event write(Ephor ephor, String path, String value) {
        long called = System.nanoTime();
        ephor.put(path, value);
        return new Event(called, System.nanoTime(), new Operation.Write(value));
    }

    /// Every value is written once, so a generation stands for a value, and a write on condition
    /// that the generation is that of a value is one on condition that the value is there.
    private static void swap(Ephor ephor, String path, String value, Queue<Event> history) {
        long readAt = System.nanoTime();
        Contents before;
        try {
            before = ephor.get(path);
        } catch (EphorException.NotFound e) {
            history.add(new Event(readAt, System.nanoTime(), new Operation.Read(null)));
            return;
        }
        String expected = before.utf8();
        history.add(new Event(readAt, System.nanoTime(), new Operation.Read(expected)));
        long called = System.nanoTime();
        boolean swapped = true;
        try {
            ephor.put(
                    path,
                    value.getBytes(StandardCharsets.UTF_8),
                    WriteOptions.DEFAULT.ifGeneration(before.generation()));
        } catch (EphorException.GenerationMismatch e) {
            swapped = false;
        }
        history.add(
                new Event(
                        called,
                        System.nanoTime(),
                        new Operation.CompareAndSwap(expected, value, swapped)));
    }

    // --- the faults ---

    /// Kills and pauses replicas, two at once at most, and heals them; returns how often.
    private int harm(RealCell cell) {
        SplittableRandom random = new SplittableRandom(SEED);
        long end = System.nanoTime() + NANOS;
        int harmed = 0;
        awaitProgress();
        while (System.nanoTime() < end) {
            List<Replica> victims = new ArrayList<>();
            if (random.nextBoolean()) {
                cell.master().ifPresent(victims::add);
            }
            Replica any = cell.replica(1 + random.nextInt(5));
            if (!victims.contains(any)) {
                victims.add(any);
            }
            boolean kill = random.nextBoolean();
            for (Replica victim : victims) {
                if (kill) {
                    victim.kill();
                } else {
                    victim.program().pause();
                }
                harmed++;
            }
            pass(random.nextInt(300, 2_500));
            for (Replica victim : victims) {
                if (kill) {
                    victim.start();
                } else {
                    victim.program().resume();
                }
            }
            pass(random.nextInt(500, 2_000));
            awaitProgress();
        }
        stop.countDown();
        return harmed;
    }

    /// The cell serves again, however busy the machine is, before the next fault.
    private void awaitProgress() {
        int before = operations();
        Await.until(
                PROGRESS + " more operations",
                RealCell.PATIENCE,
                () -> operations() >= before + PROGRESS);
    }

    private int operations() {
        return histories.values().stream().mapToInt(Queue::size).sum();
    }

    /// Lets the cell live with it for a while.
    private void pass(long millis) {
        assertThat(stopsWithin(millis)).isFalse();
    }

    private boolean stopsWithin(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
