package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A lock whose holder died, sleeps or is cut off goes to nobody else before the holder's lease and
/// the lock-delay are over, and before the holder, if it lives, can know that it is lost; and what
/// the old holder does with its sequencer is refused from then on.
@Timeout(120)
class LockIT {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LOCK_DELAY = Duration.ofMillis(1_500);

    /// How much later than it must the lock may be granted on a busy machine.
    private static final Duration SLACK = Duration.ofSeconds(15);

    private static RealCell cell;

    @BeforeAll
    static void startCell() {
        cell = RealCell.startRelayed("session.lease = 2s");
    }

    @AfterAll
    static void stopCell() {
        cell.close();
    }

    /// Waits for the lock, and remembers when it got it.
    private record Rival(
            Ephor ephor, CompletableFuture<Long> gotAt, CompletableFuture<HeldLock> lock) {
        static Rival waiting(Ephor ephor, String path) {
            CompletableFuture<HeldLock> lock = ephor.lockAsync(path, LockMode.EXCLUSIVE);
            return new Rival(ephor, lock.thenApply(held -> System.nanoTime()), lock);
        }

        long awaitLock() {
            return Await.result("the lock for the rival", RealCell.PATIENCE, gotAt);
        }
    }

    @Test
    void theLockOfAKilledHolderWaitsForLeaseAndLockDelay() {
        String path = "/ls/local/killed";
        try (Program holder = LockHolder.start(cell, path, LEASE, LOCK_DELAY, cell.addresses());
                Ephor ephor = cell.connect()) {
            Rival rival = Rival.waiting(ephor, path);
            String sequencer = LockHolder.said(holder, "HELD");
            assertThat(ephor.checkSequencer(sequencer)).isTrue();
            LockHolder.said(holder, "LEASE");
            holder.kill();
            long killedAt = System.nanoTime();
            while (!rival.gotAt().isDone()) {
                assertThat(ephor.tryLock(path, LockMode.EXCLUSIVE)).isEmpty();
            }
            long gotAt = rival.awaitLock();

            assertAfterLeaseAndDelay(holder, gotAt, LOCK_DELAY);
            assertThat(Duration.ofNanos(gotAt - killedAt))
                    .isLessThan(LEASE.multipliedBy(2).plus(LOCK_DELAY).plus(SLACK));
            assertRefused(ephor, path, sequencer);
        }
    }

    @Test
    void soItDoesWhenTheMasterDiesWithTheHolder() {
        String path = "/ls/local/both-killed";
        try (Program holder = LockHolder.start(cell, path, LEASE, LOCK_DELAY, cell.addresses());
                Ephor ephor = cell.connect()) {
            Rival rival = Rival.waiting(ephor, path);
            String sequencer = LockHolder.said(holder, "HELD");
            LockHolder.said(holder, "LEASE");
            Replica master = cell.awaitMaster();
            holder.kill();
            master.kill();
            long gotAt = rival.awaitLock();

            assertAfterLeaseAndDelay(holder, gotAt, LOCK_DELAY);
            assertRefused(ephor, path, sequencer);
            master.start();
        }
    }

    @Test
    void aPausedHolderFindsItsLockLostWhenItWakes() {
        String path = "/ls/local/paused";
        try (Program holder = LockHolder.start(cell, path, LEASE, Duration.ZERO, cell.addresses());
                Ephor ephor = cell.connect()) {
            Rival rival = Rival.waiting(ephor, path);
            String sequencer = LockHolder.said(holder, "HELD");
            LockHolder.said(holder, "LEASE");
            holder.pause();
            long gotAt = rival.awaitLock();
            assertAfterLeaseAndDelay(holder, gotAt, Duration.ZERO);
            holder.resume();

            assertThat(Long.parseLong(LockHolder.said(holder, "LOST"))).isLessThan(gotAt);
            LockHolder.said(holder, "TOLD");
            LockHolder.said(holder, "REFUSED");
            assertRefused(ephor, path, sequencer);
        }
    }

    @Test
    void aHolderThatIsCutOffKnowsThatItsLockIsLostBeforeAnotherHasIt() {
        String path = "/ls/local/cut-off";
        String[] ways =
                cell.relays().stream()
                        .map(relay -> "127.0.0.1:" + relay.port())
                        .toArray(String[]::new);
        // The rival's connection is one of its own, to the master itself.
        try (Ephor ephor = Ephor.connect(cell.awaitMaster().address());
                Program holder = LockHolder.start(cell, path, LEASE, Duration.ZERO, ways)) {
            Rival rival = Rival.waiting(ephor, path);
            String sequencer = LockHolder.said(holder, "HELD");
            LockHolder.said(holder, "LEASE");
            cell.relays().forEach(Relay::cut);
            long gotAt = rival.awaitLock();

            assertThat(Long.parseLong(LockHolder.said(holder, "LOST"))).isLessThan(gotAt);
            LockHolder.said(holder, "TOLD");
            assertRefused(ephor, path, sequencer);
        } finally {
            cell.relays().forEach(Relay::heal);
        }
    }

    private static void assertAfterLeaseAndDelay(Program holder, long gotAt, Duration lockDelay) {
        long lease = Long.parseLong(LockHolder.said(holder, "LEASE"));
        assertThat(gotAt)
                .as("the lock was granted after the holder's lease and the lock-delay")
                .isGreaterThanOrEqualTo(lease + lockDelay.toNanos());
    }

    private static void assertRefused(Ephor ephor, String path, String sequencer) {
        assertThat(ephor.checkSequencer(sequencer)).isFalse();
        assertThatThrownBy(() ->
                        ephor.put(
                                path,
                                "too late".getBytes(StandardCharsets.UTF_8),
                                WriteOptions.DEFAULT.ifHeld(sequencer)))
                .isInstanceOf(EphorException.SequencerInvalid.class);
        assertThat(ephor.get(path).utf8()).isEmpty();
    }
}
