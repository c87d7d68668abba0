package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.cli.Main;
import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HistoryRecorder;
import dev.ephor.client.LockMode;
import dev.ephor.client.RecordedEphor;
import dev.ephor.client.RecordedLock;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Clients, each with a session of its own, that read, write and lock the same few files and record
/// what they were told, until they are closed; [#judge] says whether that can be (docs/HISTORY.md).
final class RecordedClients implements AutoCloseable {
    static final List<String> FILES = List.of("/ls/local/one", "/ls/local/two");

    private static final String LOCK = "/ls/local/lock";
    private static final long SEED = 33;
    private static final int PROGRESS = 60;

    private final RealCell cell;
    private final BufferedWriter out;
    private final HistoryRecorder recorder;
    private final List<CompletableFuture<Void>> clients = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    private boolean closed;

    private RecordedClients(RealCell cell, BufferedWriter out) {
        this.cell = cell;
        this.out = out;
        this.recorder = new HistoryRecorder(out);
    }

    /// @param history the file to record to
    static RecordedClients start(RealCell cell, Path history, int clients) {
        try {
            RecordedClients started = new RecordedClients(cell, Files.newBufferedWriter(history));
            for (int i = 0; i < clients; i++) {
                int number = i;
                started.clients.add(
                        CompletableFuture.runAsync(
                                () -> started.operate(number),
                                Thread.ofPlatform().daemon()::start));
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void operate(int number) {
        SplittableRandom random = new SplittableRandom(SEED + number);
        try (Ephor ephor = cell.connect()) {
            RecordedEphor recorded = recorder.record(ephor);
            for (int i = 0; !stopsWithin(5); i++) {
                String path = FILES.get(random.nextInt(FILES.size()));
                String value = number + "-" + i;
                switch (random.nextInt(4)) {
                    case 0 -> recorded.get(path);
                    case 1 -> recorded.put(path, value);
                    case 2 -> {
                        Optional<Contents> seen = recorded.get(path);
                        recorded.replace(path, seen, value);
                    }
                    default -> lock(recorded, random);
                }
                done.incrementAndGet();
            }
        }
    }

    private static void lock(RecordedEphor recorded, SplittableRandom random) {
        LockMode mode = random.nextInt(3) == 0 ? LockMode.SHARED : LockMode.EXCLUSIVE;
        try (RecordedLock lock = recorded.lock(LOCK, mode, Duration.ofSeconds(5))) {
            recorded.check(lock);
        } catch (EphorException.LockTimeout e) {
            // The others had it all the time.
        }
    }

    /// Waits until the clients have got on.
    void awaitProgress() {
        int before = done.get();
        Await.until(
                PROGRESS + " more operations",
                RealCell.PATIENCE,
                () -> done.get() >= before + PROGRESS);
    }

    private boolean stopsWithin(long millis) {
        try {
            return stop.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What `ephor check-history` says of a recorded history.
    static String judge(Path history) {
        Path output = history.resolveSibling(history.getFileName() + ".verdict");
        try (Program judge =
                Program.start(
                        output, Program.java(Main.class, "check-history", history.toString()))) {
            int code = judge.awaitEnd(RealCell.PATIENCE);
            assertThat(judge.output()).as("what check-history said").isNotEmpty();
            assertThat(code).isEqualTo(judge.output().contains("no order") ? 1 : 0);
            return judge.output();
        }
    }

    static void assertLinearizable(Path history) {
        assertThat(judge(history))
                .as("what was recorded")
                .contains("linearizable")
                .doesNotContain("not");
    }

    /// Stops the clients, none of which may have failed, and completes the file.
    void stop() {
        stop.countDown();
        clients.forEach(client -> Await.result("a client", RealCell.PATIENCE, client));
        close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop.countDown();
        recorder.close();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
