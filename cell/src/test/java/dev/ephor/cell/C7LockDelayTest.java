package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import org.junit.jupiter.api.Test;

/// PAPER C7: when a holder dies, nobody else gets its lock for a while.
class C7LockDelayTest {
    private static final String PATH = "/ls/local/f";
    private static final int LEASE = 12_000;

    /// How long a KeepAlive is held.
    private static final int HELD = LEASE / 2;

    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client a = world.client();
    private final Client b = world.client();

    /// Holds the lock through a handle with a lock-delay, and dies.
    private void die(Client client, LockMode mode, int delayMillis) {
        client.lock(client.handle(Client.withLockDelay(PATH, delayMillis)), mode);
        client.lively = false;
        // The KeepAlive that the master holds is answered once more.
        world.advance(HELD + LEASE);
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
    }

    private ErrorCode tried(Bytes handle, LockMode mode) {
        return b.call(Client.trying(handle, mode))
                        instanceof Answer.Failed(ErrorCode code, String _)
                ? code
                : null;
    }

    @Test
    void nobodyGetsTheLockBeforeTheDelayIsOver() {
        Bytes handle = b.open(PATH);
        die(a, LockMode.EXCLUSIVE, 30_000);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        assertThat(tried(handle, LockMode.SHARED)).isEqualTo(ErrorCode.LOCK_HELD);
        long waits = b.start(Client.locking(handle, LockMode.EXCLUSIVE));
        world.advance(29_999);
        assertThat(b.answers).doesNotContainKey(waits);
        world.advance(1);
        assertThat(b.answers.get(waits)).isInstanceOf(Answer.Acquired.class);
        assertThat(world.view().rows().range("d", "e")).isEmpty();
    }

    @Test
    void theDelayHasABound() {
        Bytes handle = b.open(PATH);
        die(a, LockMode.EXCLUSIVE, 24 * 3_600_000);
        world.advance(59_999);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        world.advance(1);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isNull();
    }

    @Test
    void withoutADelayTheLockIsFreeAtOnce() {
        Bytes handle = b.open(PATH);
        die(a, LockMode.EXCLUSIVE, 0);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isNull();
    }

    @Test
    void whoReleasesOrLeavesProperlyDelaysNobody() {
        Bytes theirs = b.open(PATH);
        Bytes mine = a.handle(Client.withLockDelay(PATH, 60_000));
        a.lock(mine, LockMode.EXCLUSIVE);
        a.expect(new Call.Release(mine), Answer.Released.class);
        b.lock(theirs, LockMode.EXCLUSIVE);
        b.expect(new Call.Release(theirs), Answer.Released.class);
        a.lock(mine, LockMode.EXCLUSIVE);
        a.expect(new Call.Close(mine), Answer.Closed.class);
        b.lock(theirs, LockMode.EXCLUSIVE);
        b.expect(new Call.Release(theirs), Answer.Released.class);
        Bytes again = a.handle(Client.withLockDelay(PATH, 60_000));
        a.lock(again, LockMode.EXCLUSIVE);
        a.expect(new Call.CloseSession(), Answer.SessionClosed.class);
        assertThat(a.goodbye.reason()).isEqualTo(Goodbye.Reason.CLOSED);
        b.lock(theirs, LockMode.EXCLUSIVE);
    }

    @Test
    void aDeadReaderDelaysWritersOnly() {
        Bytes handle = b.open(PATH);
        die(a, LockMode.SHARED, 30_000);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        assertThat(tried(handle, LockMode.SHARED)).isNull();
    }

    @Test
    void theLongestDelayOfSeveralReadersCounts() {
        Client c = world.client();
        Bytes handle = b.open(PATH);
        c.lock(c.handle(Client.withLockDelay(PATH, 40_000)), LockMode.SHARED);
        c.lively = false;
        die(a, LockMode.SHARED, 10_000);
        assertThat(c.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
        world.advance(39_999);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        world.advance(1);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isNull();
    }

    /// Time does not survive a master: its successor runs the whole delay again.
    @Test
    void aNewMasterRunsTheWholeDelayAgain() {
        Bytes handle = b.open(PATH);
        die(a, LockMode.EXCLUSIVE, 30_000);
        world.advance(20_000);
        world.elect(2);
        b.connect();
        world.advance(29_999);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        world.advance(1);
        assertThat(tried(handle, LockMode.EXCLUSIVE)).isNull();
    }

    /// An ephemeral file dies with its holder; the delay holds for whoever makes it anew.
    @Test
    void theDelayIsOfTheName() {
        Call.Open ephemeral =
                new Call.Open(
                        PATH,
                        true,
                        EventTypes.NONE,
                        30_000,
                        Call.Create.ALWAYS,
                        NodeKind.FILE,
                        true,
                        Bytes.EMPTY,
                        false);
        a.lock(a.handle(ephemeral), LockMode.EXCLUSIVE);
        a.lively = false;
        world.advance(HELD + LEASE);
        assertThat(b.exists(PATH)).isFalse();
        Bytes anew = b.handle(ephemeral);
        assertThat(tried(anew, LockMode.EXCLUSIVE)).isEqualTo(ErrorCode.LOCK_HELD);
        world.advance(30_000);
        assertThat(tried(anew, LockMode.EXCLUSIVE)).isNull();
    }
}
