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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients record what they do with files and locks while replicas are killed (`kill -9`), the
/// master among them; `ephor check-history` judges what they recorded, and finds it wrong once an
/// answer in it is another.
@Timeout(240)
class RecordedHistoryIT {
    private static final long SEED = 33;
    private static final int CLIENTS = 4;
    private static final int KILLS = 3;
    private static final int PROGRESS = 60;
    private static final String LOCK = "/ls/local/lock";
    private static final List<String> FILES = List.of("/ls/local/one", "/ls/local/two");

    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    @TempDir private Path directory;

    @Test
    void whatClientsRecordWhileReplicasAreKilledIsLinearizable() throws IOException {
        Path file = directory.resolve("history.jsonl");
        try (RealCell cell = RealCell.start();
                BufferedWriter out = Files.newBufferedWriter(file);
                HistoryRecorder recorder = new HistoryRecorder(out)) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(
                        CompletableFuture.runAsync(
                                () -> operate(cell, recorder, number),
                                Thread.ofPlatform().daemon()::start));
            }
            kill(cell);
            stop.countDown();
            clients.forEach(client -> Await.result("a client", RealCell.PATIENCE, client));
        }

        assertThat(judge(file))
                .as("what was recorded")
                .contains("linearizable")
                .doesNotContain("not");
        assertThat(judge(withAnotherAnswer(file))).contains("no order of these operations");
    }

    private void operate(RealCell cell, HistoryRecorder recorder, int number) {
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

    /// Kills the master and another one, and starts them again, each time when the clients have got
    /// on.
    private void kill(RealCell cell) {
        for (int i = 0; i < KILLS; i++) {
            awaitProgress();
            Replica master = cell.awaitMaster();
            Replica other = cell.awaitOther();
            master.kill();
            other.kill();
            awaitProgress();
            master.start();
            other.start();
        }
        awaitProgress();
    }

    private void awaitProgress() {
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

    private String judge(Path history) {
        Path output = directory.resolve(history.getFileName() + ".verdict");
        try (Program judge =
                Program.start(
                        output, Program.java(Main.class, "check-history", history.toString()))) {
            int code = judge.awaitEnd(RealCell.PATIENCE);
            assertThat(judge.output()).as("what check-history said").isNotEmpty();
            assertThat(code).isEqualTo(judge.output().contains("no order") ? 1 : 0);
            return judge.output();
        }
    }

    /// The same history, but for one reader who saw what nobody wrote.
    private Path withAnotherAnswer(Path history) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(history));
            lines.add(
                    "{\"process\": \"liar\", \"type\": \"invoke\", \"operation\": \"read\", "
                            + "\"key\": \""
                            + FILES.getFirst()
                            + "\", \"time\": "
                            + Long.MAX_VALUE / 4
                            + "}");
            lines.add(
                    "{\"process\": \"liar\", \"type\": \"ok\", \"value\": \"nobody's\", "
                            + "\"time\": "
                            + Long.MAX_VALUE / 2
                            + "}");
            return Files.write(directory.resolve("changed.jsonl"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
