package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// What waits is bounded, and whoever brings more is told so.
class MemoryUseTest {
    private static final long MILLI = 1_000_000;
    private static final LogSettings SMALL =
            LogSettings.DEFAULT.withSegments(1 << 16, 1 << 12).withMemory(100_000, 200_000);
    private static final Bytes KILOBYTE = Bytes.utf8("x".repeat(1000));

    @Test
    void commandsAreAdmittedAsFarAsThereIsRoom() {
        MemoryUse memory = new MemoryUse(SMALL);
        int admitted = 0;
        while (memory.admit(1000)) {
            admitted++;
        }
        assertThat(admitted).isBetween(60, 100);
        memory.settled(1000);
        assertThat(memory.admit(1000)).isTrue();
        assertThat(memory.admit(1000)).isFalse();
    }

    @Test
    void aloneAnyCommandHasRoom() {
        MemoryUse memory = new MemoryUse(SMALL);
        assertThat(memory.admit(10_000_000)).isTrue();
        assertThat(memory.admit(1)).isFalse();
        memory.settled(10_000_000);
        assertThat(memory.admit(1)).isTrue();
    }

    @Test
    void nothingIsAdmittedWhileTheDiskIsFarBehind() {
        MemoryUse memory = new MemoryUse(SMALL);
        memory.toBeWritten(200_001);
        assertThat(memory.admit(1)).isFalse();
        memory.written(1);
        assertThat(memory.admit(1)).isTrue();
    }

    /// A master that has lost its majority knows of no outcome: the room fills up, submitters are
    /// refused at once, and once a majority is back everything that was admitted gets its answer.
    @Test
    void aMasterWithoutMajorityRefusesAtOnce() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 11);
        cell.startAll();
        Node master = cell.awaitMaster();
        cell.lose =
                (from, sent) ->
                        sent.frame() instanceof Frame.Paxos(Message message)
                                && message instanceof Message.Acknowledge;
        List<CompletableFuture<Integer>> admitted = new ArrayList<>();
        CompletableFuture<Integer> refused = null;
        for (int i = 0; i < 1000 && refused == null; i++) {
            CompletableFuture<Integer> answer = master.log().submit(KILOBYTE);
            if (answer.isDone()) {
                refused = answer;
            } else {
                admitted.add(answer);
            }
        }
        assertThat(admitted).hasSizeBetween(60, 100);
        CompletableFuture<Integer> last = refused;
        assertThatThrownBy(() -> last.get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(OverloadedException.class);
        cell.lose = (from, sent) -> false;
        cell.await(30_000, () -> admitted.stream().allMatch(CompletableFuture::isDone));
        assertThat(admitted).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(master.log().submit(KILOBYTE)).isNotDone();
    }

    /// A replica whose disk hangs lets what it is sent go by, and catches up later.
    @Test
    void aReplicaWithAStuckDiskTakesNoMoreThanItHasRoomFor() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 12);
        cell.startAll();
        Node master = cell.awaitMaster();
        Node slow = cell.node(master == cell.node(1) ? 2 : 1);
        slow.flushNanos = 60_000 * MILLI;
        long most = 0;
        for (int i = 0; i < 1000; i++) {
            cell.submit("x".repeat(1000) + i);
            most = Math.max(most, slow.log().memory().backlog());
        }
        // The bound, and what one message brings.
        assertThat(most).isBetween(190_000L, 400_000L);
        slow.flushNanos = 0;
        cell.await(200_000, () -> slow.application.commands().size() == 1000);
    }
}
