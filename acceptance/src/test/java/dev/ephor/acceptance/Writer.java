package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Child;
import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import dev.ephor.client.Stat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Writes one file after the other, several at a time, and remembers which writes were
/// acknowledged, and when.
final class Writer implements AutoCloseable {
    private final Ephor ephor;
    private final String directory;
    private final Semaphore window;
    private final int pipelined;
    private final int files;
    private final byte[] contents;

    /// Number of a write to the content generation that was acknowledged.
    private final Map<Integer, Long> acknowledged = new ConcurrentSkipListMap<>();

    private final ConcurrentSkipListSet<Long> times = new ConcurrentSkipListSet<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopped;

    private Writer(Ephor ephor, String directory, int pipelined, int files, int bytes) {
        this.ephor = ephor;
        this.directory = directory;
        this.pipelined = pipelined;
        this.window = new Semaphore(pipelined);
        this.files = files;
        this.contents = new byte[bytes];
    }

    /// Begins to write new files, without end.
    ///
    /// @param directory a new directory, for this writer alone
    /// @param pipelined writes under way at the same time
    static Writer start(Ephor ephor, String directory, int pipelined, int bytes) {
        Writer writer = new Writer(ephor, directory, pipelined, Integer.MAX_VALUE, bytes);
        return writer.start(Integer.MAX_VALUE);
    }

    /// The same, so many writes, and so many files that are written again and again.
    static Writer startRound(
            Ephor ephor, String directory, int pipelined, int bytes, int writes, int files) {
        return new Writer(ephor, directory, pipelined, files, bytes).start(writes);
    }

    private Writer start(int writes) {
        ephor.mkdir(directory);
        Thread.ofPlatform().daemon().start(() -> write(writes));
        return this;
    }

    private void write(int writes) {
        try {
            for (int i = 0; i < writes && !stopped && failure.get() == null; i++) {
                window.acquire();
                int number = i;
                ephor.putAsync(path(number), contentsOf(number))
                        .whenComplete((stat, problem) -> done(number, stat, problem));
            }
            window.acquire(pipelined);
            window.release(pipelined);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            ended.countDown();
        }
    }

    private void done(int number, @Nullable Stat stat, @Nullable Throwable problem) {
        if (stat != null) {
            acknowledged.put(number, stat.contentGeneration());
            times.add(System.nanoTime());
        } else if (problem != null) {
            failure.compareAndSet(null, problem);
        }
        window.release();
    }

    private String path(int number) {
        return directory + "/" + number % files;
    }

    private byte[] contentsOf(int number) {
        byte[] text = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        byte[] own = contents.clone();
        System.arraycopy(text, 0, own, 0, text.length);
        return own;
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /// Waits until so many more writes are acknowledged.
    void awaitMore(int writes) {
        int wanted = acknowledged() + writes;
        Await.until(
                writes + " more writes",
                RealCell.PATIENCE,
                () -> {
                    assertNoFailure();
                    return acknowledged() >= wanted;
                });
    }

    /// Ends when what is under way is acknowledged, or refused.
    void stop(Duration limit) {
        stopped = true;
        awaitEnd(limit);
    }

    /// Waits for the last of the writes.
    void awaitEnd(Duration limit) {
        try {
            assertThat(ended.await(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .as("the writes of %s ended within %s", directory, limit)
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void assertNoFailure() {
        assertThat(failure.get()).as("what the client threw").isNull();
    }

    /// The longest time between two acknowledgements, one of them at least after `from`.
    Duration longestGap(long from) {
        Long before = times.floor(from);
        long last = before == null ? from : before;
        long longest = 0;
        for (long time : times.tailSet(from)) {
            longest = Math.max(longest, time - last);
            last = time;
        }
        return Duration.ofNanos(longest);
    }

    /// Looks, with another session, whether the last acknowledged write to every file is there, and
    /// took effect once.
    void assertNothingLost(Ephor other) {
        Map<String, Stat> there =
                other.list(directory).stream().collect(Collectors.toMap(Child::name, Child::stat));
        Map<String, Integer> last = new TreeMap<>();
        acknowledged.keySet().forEach(number -> last.put(path(number), number));
        Map<String, CompletableFuture<Contents>> reads = new TreeMap<>();
        last.forEach((path, number) -> {
            Stat stat = there.get(path.substring(directory.length() + 1));
            assertThat(stat).as("acknowledged write %d, to %s", number, path).isNotNull();
            assertThat(stat.contentGeneration())
                    .as("generation of %s", path)
                    .isEqualTo(acknowledged.get(number));
            reads.put(path, other.getAsync(path));
        });
        reads.forEach((path, read) ->
                assertThat(Await.result("a read", RealCell.PATIENCE, read).bytes())
                        .as("contents of %s", path)
                        .isEqualTo(contentsOf(last.getOrDefault(path, -1))));
    }

    @Override
    public void close() {
        stopped = true;
    }
}
