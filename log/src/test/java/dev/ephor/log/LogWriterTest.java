package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is to be persisted piles up while a flush runs, and shares the next one (PML §8).
class LogWriterTest {
    private final MemoryDisk disk = new MemoryDisk();
    private final Queues queues = new Queues();
    private final List<List<Long>> flushed = new ArrayList<>();
    private final MemoryUse memory = new MemoryUse(TestLog.SETTINGS);
    private LogWriter writer;

    @BeforeEach
    void open() throws IOException {
        TestLog.bootstrap(disk);
        writer =
                new LogWriter(
                        queues,
                        TestLog.SETTINGS,
                        TestLog.open(disk).log(),
                        memory,
                        done -> flushed.add(done.stream().map(Effect.Persist::ticket).toList()));
    }

    /// Executors whose tasks wait until the test runs them.
    private final class Queues implements Environment {
        final ArrayDeque<Runnable> loop = new ArrayDeque<>();
        final ArrayDeque<Runnable> disks = new ArrayDeque<>();
        final ArrayDeque<Runnable> backgrounds = new ArrayDeque<>();
        final ArrayDeque<Runnable> errands = new ArrayDeque<>();
        @Nullable String fatal;

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public RandomGenerator random() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Executor loop() {
            return loop::add;
        }

        @Override
        public Executor diskExecutor() {
            return disks::add;
        }

        @Override
        public Executor background() {
            return backgrounds::add;
        }

        @Override
        public Executor errands() {
            return errands::add;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Disk disk() {
            return disk;
        }

        @Override
        public Network network() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Reporter reporter() {
            return new TestLog.Told();
        }

        @Override
        public void fatal(String message, Throwable cause) {
            fatal = message;
        }

        void run(ArrayDeque<Runnable> queue) {
            while (!queue.isEmpty()) {
                queue.remove().run();
            }
        }
    }

    private static Effect.Persist persist(long ticket, boolean flush) {
        return new Effect.Persist(
                ticket,
                List.of(new Record.ChosenUpTo(ticket)),
                flush
                        ? List.of(new Effect.Send(ReplicaId.of(2), new Message.CatchUp(ticket)))
                        : List.of(),
                flush);
    }

    private long flushes(Runnable work) {
        long before = disk.flushes();
        work.run();
        return disk.flushes() - before;
    }

    @Test
    void whatWaitsSharesAFlush() {
        for (long ticket = 1; ticket <= 5; ticket++) {
            writer.persist(persist(ticket, true));
        }
        assertThat(flushes(() -> queues.run(queues.disks))).isEqualTo(1);
        queues.run(queues.loop);
        assertThat(flushed).containsExactly(List.of(1L, 2L, 3L, 4L, 5L));
    }

    @Test
    void whatComesDuringAFlushWaitsForTheNext() {
        writer.persist(persist(1, true));
        queues.disks.remove().run();
        Runnable flush = queues.disks.remove();
        writer.persist(persist(2, true));
        writer.persist(persist(3, true));
        flush.run();
        queues.run(queues.loop);
        assertThat(flushed).containsExactly(List.of(1L));
        assertThat(flushes(() -> queues.run(queues.disks))).isEqualTo(1);
        queues.run(queues.loop);
        assertThat(flushed).containsExactly(List.of(1L), List.of(2L, 3L));
    }

    /// Nothing depends on a hint, so it causes no flush; it rides on the next one, in its place.
    @Test
    void whatNeedsNoFlushCausesNone() {
        writer.persist(persist(1, false));
        assertThat(flushes(() -> queues.run(queues.disks))).isZero();
        queues.run(queues.loop);
        assertThat(flushed).isEmpty();
        writer.persist(persist(2, true));
        queues.run(queues.disks);
        queues.run(queues.loop);
        assertThat(flushed).containsExactly(List.of(1L, 2L));
    }

    @Test
    void whatWaitsIsNotRead() {
        List<LogIndex.Found> found = new ArrayList<>();
        writer.persist(
                new Effect.Persist(
                        1,
                        List.of(
                                new Record.Chosen(
                                        7, new dev.ephor.paxos.Value.NoOp(TestLog.SEQUENCE))),
                        List.of(),
                        false));
        writer.find(5, 9, 1000, found::add);
        queues.run(queues.disks);
        queues.run(queues.errands);
        assertThat(found).isEmpty();
        writer.persist(persist(2, true));
        queues.run(queues.disks);
        writer.find(5, 9, 1000, found::add);
        queues.run(queues.disks);
        queues.run(queues.errands);
        assertThat(found).singleElement().satisfies(one -> assertThat(one.stretches()).hasSize(1));
    }

    @Test
    void afterAnErrorNothingIsWritten() {
        disk.failFlush = new IOException("gone");
        writer.persist(persist(1, true));
        queues.run(queues.disks);
        assertThat(queues.fatal).contains("gone");
        disk.failFlush = null;
        writer.persist(persist(2, true));
        assertThat(flushes(() -> queues.run(queues.disks))).isZero();
        queues.run(queues.loop);
        assertThat(flushed).isEmpty();
    }

    /// A proof of what was flushed is written once, until something else is.
    @Test
    void whatWasFlushedIsProvenOnce() {
        writer.persist(persist(1, true));
        queues.run(queues.disks);
        writer.prove();
        assertThat(flushes(() -> queues.run(queues.disks))).isPositive();
        writer.prove();
        assertThat(flushes(() -> queues.run(queues.disks))).isZero();
        writer.persist(persist(2, false));
        writer.prove();
        queues.run(queues.disks);
        queues.run(queues.loop);
        assertThat(flushed).containsExactly(List.of(1L), List.of(2L));
    }

    /// A newer segment that is deleted while an older one stays would leave a gap, and the next
    /// start would take the disk for damaged.
    @Test
    void nothingNewerIsDeletedBeforeWhatCouldNotBe() throws IOException {
        for (long instance = 1; instance <= 40; instance++) {
            writer.persist(accepted(instance));
            queues.run(queues.disks);
        }
        List<String> all = segments();
        assertThat(all).hasSizeGreaterThan(4);

        disk.undeletable = all.getFirst();
        truncate(15);
        assertThat(segments()).isEqualTo(all);

        disk.undeletable = null;
        truncate(30);
        List<String> left = segments();
        assertThat(left).hasSizeLessThan(all.size() - 2);
        assertThat(left).isEqualTo(all.subList(all.size() - left.size(), all.size()));
        assertThat(TestLog.open(disk.copy()).log().begins().instance()).isBetween(15L, 30L);
    }

    /// The same, where the older one cannot be deleted the second time either.
    @Test
    void aSegmentThatStaysKeepsTheNewerOnes() throws IOException {
        for (long instance = 1; instance <= 40; instance++) {
            writer.persist(accepted(instance));
            queues.run(queues.disks);
        }
        List<String> all = segments();
        disk.undeletable = all.getFirst();
        truncate(15);
        truncate(30);
        assertThat(segments()).isEqualTo(all);
        assertThat(TestLog.open(disk.copy()).log().begins().instance()).isBetween(15L, 30L);
    }

    private void truncate(long base) {
        writer.truncate(base, false, (_, _) -> {});
        queues.run(queues.disks);
        queues.run(queues.errands);
        queues.run(queues.loop);
    }

    private List<String> segments() {
        return disk.list().stream().filter(name -> name.matches("segment-[0-9a-f]+")).toList();
    }

    private static Effect.Persist accepted(long instance) {
        Stored.Core record = (Stored.Core) TestLog.accepted(instance, "x".repeat(1000));
        return new Effect.Persist(instance, List.of(record.record()), List.of(), true);
    }
}
