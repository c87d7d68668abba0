package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ephor.client.Child;
import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.Event;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import dev.ephor.client.SessionState;
import dev.ephor.client.Stat;
import dev.ephor.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java client against a cell of five replicas, over TCP, in one process.
class CellTest {
    private static TestCell cell;
    private static Ephor ephor;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        cell = new TestCell(directory, 5);
        ephor = cell.connect(Ephor.builder().name("cell test"));
    }

    @AfterAll
    static void stop() {
        ephor.close();
        cell.close();
        assertThat(cell.fatal).isEmpty();
    }

    @Test
    void writesAndReadsFiles() {
        Stat written = ephor.put("/ls/local/files-a", "one");
        Contents read = ephor.get("/ls/test/files-a");

        assertThat(read.utf8()).isEqualTo("one");
        assertThat(read.stat()).isEqualTo(written);
        assertThat(written.contentGeneration()).isEqualTo(1);

        ephor.put("/ls/local/files-a", bytes("two"), WriteOptions.DEFAULT.ifGeneration(1));
        assertThatExceptionOfType(EphorException.GenerationMismatch.class)
                .isThrownBy(() ->
                        ephor.put(
                                "/ls/local/files-a",
                                bytes("x"),
                                WriteOptions.DEFAULT.ifGeneration(1)));
        assertThatExceptionOfType(EphorException.class)
                .isThrownBy(() ->
                        ephor.put(
                                "/ls/local/files-a", bytes("x"), WriteOptions.DEFAULT.ifAbsent()));
        assertThat(ephor.get("/ls/local/files-a").utf8()).isEqualTo("two");
        ephor.delete("/ls/local/files-a");
        assertThat(ephor.exists("/ls/local/files-a")).isFalse();
    }

    @Test
    void listsDirectories() {
        assertThat(ephor.mkdir("/ls/local/list/deep")).isTrue();
        assertThat(ephor.mkdir("/ls/local/list/deep")).isFalse();
        IntStream.range(0, 20).forEach(i -> ephor.put("/ls/local/list/f" + i, "x"));

        assertThat(ephor.list("/ls/local/list"))
                .extracting(Child::name)
                .contains("deep", "f0", "f19");
        assertThat(ephor.stat("/ls/local/list").children()).isEqualTo(21);
        assertThatExceptionOfType(EphorException.NotEmpty.class)
                .isThrownBy(() -> ephor.delete("/ls/local/list"));
        assertThatExceptionOfType(EphorException.WrongKind.class)
                .isThrownBy(() -> ephor.get("/ls/local/list"));
    }

    @Test
    void badPathsAndOversizedFilesAreRefused() {
        for (String path :
                List.of(
                        "",
                        "x",
                        "/ls",
                        "/ls/other/x",
                        "/ls/local//x",
                        "/ls/local/..",
                        "/ls/local/\u0000")) {
            assertThatExceptionOfType(EphorException.BadRequest.class)
                    .as(path)
                    .isThrownBy(() -> ephor.put(path, "x"));
        }
        assertThatExceptionOfType(EphorException.BadRequest.class)
                .isThrownBy(() -> ephor.put("/ls/local/" + "x".repeat(5_000), "x"));
        assertThatExceptionOfType(EphorException.BadRequest.class)
                .isThrownBy(() -> ephor.put("/ls/local/large", new byte[(256 << 10) + 1]));
        ephor.put("/ls/local/large", new byte[256 << 10]);
        assertThat(ephor.get("/ls/local/large").length()).isEqualTo(256 << 10);
        assertThatExceptionOfType(EphorException.NotFound.class)
                .isThrownBy(() -> ephor.get("/ls/local/no/such"));
    }

    @Test
    void aSessionSeesItsOwnPipelinedWrites() {
        List<CompletableFuture<Contents>> reads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ephor.putAsync("/ls/local/own", bytes("" + i));
            reads.add(ephor.getAsync("/ls/local/own"));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(Integer.parseInt(reads.get(i).join().utf8())).isEqualTo(i);
        }
    }

    @Test
    void locksExcludeAndFence() throws Exception {
        try (Ephor other = cell.connect()) {
            HeldLock lock = ephor.lock("/ls/local/lock", LockMode.EXCLUSIVE);
            assertThat(other.tryLock("/ls/local/lock", LockMode.EXCLUSIVE)).isEmpty();
            assertThatExceptionOfType(EphorException.LockTimeout.class)
                    .isThrownBy(() ->
                            other.lock("/ls/local/lock", LockMode.SHARED, Duration.ofMillis(50)));
            CompletableFuture<HeldLock> waiting =
                    other.lockAsync("/ls/local/lock", LockMode.EXCLUSIVE);
            lock.write("by the first");
            assertThat(other.checkSequencer(lock.sequencer())).isTrue();
            lock.close();
            assertThat(other.checkSequencer(lock.sequencer())).isFalse();

            HeldLock second = waiting.get(10, TimeUnit.SECONDS);
            assertThat(second.generation()).isGreaterThan(lock.generation());
            assertThatExceptionOfType(EphorException.class)
                    .isThrownBy(() ->
                            ephor.put(
                                    "/ls/local/lock",
                                    bytes("late"),
                                    WriteOptions.DEFAULT.ifHeld(lock.sequencer())));
            assertThat(ephor.get("/ls/local/lock").utf8()).isEqualTo("by the first");
            second.close();
        }
    }

    @Test
    void aCancelledWaiterIsOutOfTheQueue() throws Exception {
        try (Ephor other = cell.connect()) {
            HeldLock lock = ephor.lock("/ls/local/queue", LockMode.EXCLUSIVE);
            CompletableFuture<HeldLock> first =
                    other.lockAsync("/ls/local/queue", LockMode.EXCLUSIVE);
            CompletableFuture<HeldLock> second =
                    other.lockAsync("/ls/local/queue", LockMode.EXCLUSIVE);
            first.cancel(true);
            lock.close();

            second.get(10, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void ephemeralFilesGoWithTheirSession() throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        ephor.mkdir("/ls/local/live");
        NodeHandle watch =
                ephor.watch(
                        "/ls/local/live",
                        events::add,
                        Event.Type.CHILD_ADDED,
                        Event.Type.CHILD_REMOVED);
        Ephor other = cell.connect();
        other.open("/ls/local/live/me", OpenOptions.CREATE.ephemeral().contents("here"));

        Event added = events.poll(10, TimeUnit.SECONDS);
        assertThat(added.type()).isEqualTo(Event.Type.CHILD_ADDED);
        assertThat(added.child()).isEqualTo("me");
        assertThat(ephor.get("/ls/local/live/me").utf8()).isEqualTo("here");
        other.close();
        Event removed = events.poll(10, TimeUnit.SECONDS);
        assertThat(removed.type()).isEqualTo(Event.Type.CHILD_REMOVED);
        assertThat(ephor.exists("/ls/local/live/me")).isFalse();
        watch.close();
    }

    @Test
    void aClosedSessionSaysSo() {
        Ephor other = cell.connect();
        other.close();

        assertThat(other.state()).isEqualTo(SessionState.EXPIRED);
        assertThatExceptionOfType(EphorException.SessionOver.class)
                .isThrownBy(() -> other.get("/ls/local/x"));
    }

    @Test
    void aBlockingCallOnTheEventThreadIsRefused() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        ephor.putAsync("/ls/local/thread", bytes("x"))
                .thenAccept(stat -> {
                    try {
                        ephor.get("/ls/local/thread");
                        refused.complete(null);
                    } catch (IllegalStateException e) {
                        refused.complete(e);
                    }
                });
        Throwable thrown = refused.get(10, TimeUnit.SECONDS);
        // The put may be through before thenAccept is called, which then runs here.
        assertThat(thrown == null || thrown.getMessage().contains("asynchronous twin")).isTrue();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
