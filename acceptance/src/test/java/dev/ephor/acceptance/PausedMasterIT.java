package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Goodbye;
import dev.ephor.client.Ephor;
import dev.ephor.client.Stat;
import dev.ephor.simulator.Linearizability;
import dev.ephor.simulator.Linearizability.Event;
import dev.ephor.simulator.Linearizability.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A master that was paused for longer than its lease (SIGSTOP, SIGCONT) does not know how long it
/// slept, nor that another has written meanwhile: it must find out before it answers from memory.
/// It never answers a read with what is no longer so, and it steps down.
@Timeout(150)
class PausedMasterIT {
    private static final String PATH = "/ls/local/register";

    /// All that was written, and all that the old masters answered.
    private final Queue<Event> history = new ConcurrentLinkedQueue<>();

    @Test
    void aMasterThatWakesUpAnswersNoReadWithStaleData() {
        try (RealCell cell = RealCell.start();
                Ephor ephor = cell.connect()) {
            write(ephor, "first");
            for (int round = 1; round <= 3; round++) {
                pauseTheMaster(cell, ephor, "round " + round);
            }
            cell.awaitAgreement();
        }
        assertThat(Linearizability.violation(List.copyOf(history), null))
                .as("what cannot be explained of what was read and written")
                .isEmpty();
    }

    /// A read through the connection to the old master.
    ///
    /// @param generation that it answered with
    private record Read(long sentAt, long generation) {}

    private void pauseTheMaster(RealCell cell, Ephor ephor, String contents) {
        Replica old = cell.awaitMaster();
        Queue<Read> answered = new ConcurrentLinkedQueue<>();
        try (RawSession pinned = RawSession.open(old)) {
            read(pinned, 100, answered);
            Await.until("reads at the master", RealCell.PATIENCE, () -> answered.size() >= 100);

            old.program().pause();
            Stat written = write(ephor, contents);
            long writtenAt = System.nanoTime();
            read(pinned, 500, answered);
            old.program().resume();
            while (!pinned.goodbye().isDone() && !pinned.broken().isDone()) {
                read(pinned, 1, answered);
            }

            Goodbye goodbye = Await.result("the Goodbye", RealCell.PATIENCE, pinned.goodbye());
            assertThat(goodbye.getReason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
            List<Read> stale = new ArrayList<>(answered);
            stale.removeIf(read ->
                    read.sentAt() < writtenAt || read.generation() >= written.contentGeneration());
            assertThat(stale)
                    .as("reads after generation %d was written", written.contentGeneration())
                    .isEmpty();
        }
        Await.until(
                old + " to follow the new master",
                RealCell.PATIENCE,
                () ->
                        old.status()
                                .filter(status -> status.getRole().equals("replica"))
                                .filter(status -> status.getMaster() != 0)
                                .filter(status -> status.getMaster() != old.number())
                                .isPresent());
        assertThat(ephor.get(PATH).utf8()).isEqualTo(contents);
    }

    private void read(RawSession session, int times, Queue<Read> answered) {
        for (int i = 0; i < times; i++) {
            long sentAt = System.nanoTime();
            session.read(PATH)
                    .thenAccept(reply -> {
                        if (reply.hasRead()) {
                            String seen = reply.getRead().getContents().toStringUtf8();
                            history.add(
                                    new Event(sentAt, System.nanoTime(), new Operation.Read(seen)));
                            answered.add(
                                    new Read(
                                            sentAt,
                                            reply.getRead().getStat().getContentGeneration()));
                        }
                    });
        }
    }

    private Stat write(Ephor ephor, String contents) {
        long called = System.nanoTime();
        Stat stat = ephor.put(PATH, contents.getBytes(StandardCharsets.UTF_8));
        history.add(new Event(called, System.nanoTime(), new Operation.Write(contents)));
        return stat;
    }
}
