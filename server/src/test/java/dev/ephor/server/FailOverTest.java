package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import dev.ephor.client.Event;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.LockState;
import dev.ephor.client.SessionState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sessions, locks and calls ride over the end of masters (PAPER C11, C12), over TCP.
class FailOverTest {
    @Test
    void nothingIsLostAndNothingIsDoneTwice(@TempDir Path directory) throws Exception {
        try (TestCell cell = new TestCell(directory, 3)) {
            Ephor ephor = cell.connect();
            ConcurrentLinkedQueue<SessionState> states = new ConcurrentLinkedQueue<>();
            ephor.onState(states::add);
            HeldLock lock = ephor.lock("/ls/local/held", LockMode.EXCLUSIVE);
            ConcurrentLinkedQueue<LockState> lockStates = new ConcurrentLinkedQueue<>();
            lock.onChange(lockStates::add);
            BlockingQueue<Event> events = new LinkedBlockingQueue<>();
            ephor.put("/ls/local/count", "0");
            ephor.watch("/ls/local/count", events::add);

            AtomicBoolean stop = new AtomicBoolean();
            CompletableFuture<Integer> writes =
                    CompletableFuture.supplyAsync(() -> writeUntil(stop, ephor));
            for (int round = 0; round < 2; round++) {
                int master = cell.master();
                cell.stop(master);
                Event event = events.poll(15, TimeUnit.SECONDS);
                assertThat(event).isNotNull();
                assertThat(event.type()).isEqualTo(Event.Type.MASTER_FAILED_OVER);
                cell.start(master);
            }
            stop.set(true);
            int acknowledged = writes.get(20, TimeUnit.SECONDS);

            assertThat(ephor.get("/ls/local/count").utf8()).isEqualTo("" + acknowledged);
            // One generation for each write: none took effect twice.
            assertThat(ephor.stat("/ls/local/count").contentGeneration())
                    .isEqualTo(acknowledged + 1L);
            assertThat(lock.isValid()).isTrue();
            lock.write("still mine");
            assertThat(lockStates).isEmpty();
            assertThat(states).isEmpty();
            ephor.close();
            assertThat(cell.fatal).isEmpty();
        }
    }

    private static int writeUntil(AtomicBoolean stop, Ephor ephor) {
        int i = 0;
        while (!stop.get()) {
            i++;
            ephor.put("/ls/local/count", "" + i);
        }
        return i;
    }

    @Test
    void aMasterThatStopsInOrderHandsOverAtOnce(@TempDir Path directory) throws Exception {
        try (TestCell cell = new TestCell(directory, 3)) {
            Ephor ephor = cell.connect();
            ephor.put("/ls/local/x", "before");
            int master = cell.master();
            long begin = System.nanoTime();
            cell.stop(master);
            ephor.put("/ls/local/x", "after");
            long millis = (System.nanoTime() - begin) / 1_000_000;

            // Less than it takes the lease of a master that died to run out.
            assertThat(millis).isLessThan(1_500);
            ephor.close();
        }
    }

    @Test
    void theWholeCellStopsAndComesBackWithEverything(@TempDir Path directory) throws Exception {
        try (TestCell cell = new TestCell(directory, 3)) {
            Ephor ephor = cell.connect();
            List<CompletableFuture<?>> writes = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                writes.add(
                        ephor.putAsync(
                                "/ls/local/f" + i % 50, ("" + i).getBytes(StandardCharsets.UTF_8)));
            }
            writes.forEach(CompletableFuture::join);
            for (int number = 1; number <= 3; number++) {
                cell.stop(number);
            }
            CompletableFuture<?> waiting = ephor.getAsync("/ls/local/f7");
            assertThat(waiting).isNotDone();
            for (int number = 1; number <= 3; number++) {
                cell.start(number);
            }
            waiting.get(20, TimeUnit.SECONDS);

            for (int i = 0; i < 50; i++) {
                assertThat(ephor.get("/ls/local/f" + i).utf8()).isEqualTo("" + (450 + i));
            }
            ephor.close();
        }
    }
}
