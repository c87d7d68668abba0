package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import org.junit.jupiter.api.Test;

/// PAPER C5: exclusive and shared locks, held by handles, fair in the order of arrival.
class C5LocksTest {
    private static final String PATH = "/ls/local/f";

    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client a = world.client();
    private final Client b = world.client();
    private final Client c = world.client();
    private final Bytes ha = a.open(PATH);
    private final Bytes hb = b.open(PATH);
    private final Bytes hc = c.open(PATH);

    private static void release(Client client, Bytes handle) {
        client.expect(new Call.Release(handle), Answer.Released.class);
    }

    private static boolean granted(Client client, long request) {
        return client.answers.get(request) instanceof Answer.Acquired;
    }

    private static ErrorCode failed(Client client, long request) {
        return client.answers.get(request) instanceof Answer.Failed(ErrorCode code, String _)
                ? code
                : null;
    }

    @Test
    void anExclusiveLockHasOneHolder() {
        a.lock(ha, LockMode.EXCLUSIVE);
        assertThat(b.refusal(Client.trying(hb, LockMode.EXCLUSIVE))).isEqualTo(ErrorCode.LOCK_HELD);
        assertThat(b.refusal(Client.trying(hb, LockMode.SHARED))).isEqualTo(ErrorCode.LOCK_HELD);
        release(a, ha);
        b.lock(hb, LockMode.EXCLUSIVE);
    }

    @Test
    void aSharedLockHasManyHolders() {
        long generation = a.lock(ha, LockMode.SHARED).lockGeneration();
        assertThat(b.lock(hb, LockMode.SHARED).lockGeneration()).isEqualTo(generation);
        assertThat(c.refusal(Client.trying(hc, LockMode.EXCLUSIVE))).isEqualTo(ErrorCode.LOCK_HELD);
        release(a, ha);
        assertThat(c.refusal(Client.trying(hc, LockMode.EXCLUSIVE))).isEqualTo(ErrorCode.LOCK_HELD);
        release(b, hb);
        assertThat(c.lock(hc, LockMode.EXCLUSIVE).lockGeneration()).isEqualTo(generation + 1);
    }

    @Test
    void directoriesAndTheRootAreLocksToo() {
        Bytes root = a.handle(Client.watching("/ls/local"));
        a.lock(root, LockMode.EXCLUSIVE);
        Bytes other = b.handle(Client.watching("/ls/main"));
        assertThat(b.refusal(Client.trying(other, LockMode.SHARED))).isEqualTo(ErrorCode.LOCK_HELD);
    }

    @Test
    void locksAreAdvisory() {
        a.lock(ha, LockMode.EXCLUSIVE);
        b.write(PATH, "written without the lock");
        assertThat(c.read(PATH)).isEqualTo("written without the lock");
    }

    @Test
    void whoWaitsIsServedInOrder() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long first = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        long second = c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        release(a, ha);
        assertThat(granted(b, first)).isTrue();
        assertThat(granted(c, second)).isFalse();
        release(b, hb);
        assertThat(granted(c, second)).isTrue();
    }

    @Test
    void aReaderDoesNotOvertakeAWriterWhoWaits() {
        a.lock(ha, LockMode.SHARED);
        long writer = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        assertThat(c.refusal(Client.trying(hc, LockMode.SHARED))).isEqualTo(ErrorCode.LOCK_HELD);
        long reader = c.start(Client.locking(hc, LockMode.SHARED));
        assertThat(granted(c, reader)).isFalse();
        release(a, ha);
        assertThat(granted(b, writer)).isTrue();
        assertThat(granted(c, reader)).isFalse();
        release(b, hb);
        assertThat(granted(c, reader)).isTrue();
    }

    @Test
    void readersWhoWaitAreServedTogether() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long one = b.start(Client.locking(hb, LockMode.SHARED));
        long two = c.start(Client.locking(hc, LockMode.SHARED));
        release(a, ha);
        assertThat(granted(b, one)).isTrue();
        assertThat(granted(c, two)).isTrue();
        assertThat(b.stat(PATH).lockGeneration()).isEqualTo(2);
    }

    @Test
    void whenAWriterGivesUpTheReadersBehindItAreServed() {
        a.lock(ha, LockMode.SHARED);
        long writer = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        long reader = c.start(Client.locking(hc, LockMode.SHARED));
        b.cancel(writer);
        assertThat(failed(b, writer)).isEqualTo(ErrorCode.CANCELLED);
        assertThat(granted(c, reader)).isTrue();
    }

    @Test
    void cancellingWhatIsGrantedChangesNothing() {
        long request = a.start(Client.locking(ha, LockMode.EXCLUSIVE));
        assertThat(granted(a, request)).isTrue();
        a.cancel(request);
        a.cancel(999);
        assertThat(a.expect(new Call.GetSequencer(ha), Answer.Sequencer.class)).isNotNull();
    }

    @Test
    void whoWaitsTooLongIsTold() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long request = b.start(new Call.Acquire(hb, LockMode.EXCLUSIVE, true, 5_000));
        world.advance(4_999);
        assertThat(b.answers).doesNotContainKey(request);
        world.advance(1);
        assertThat(failed(b, request)).isEqualTo(ErrorCode.LOCK_TIMEOUT);
        long other = c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        release(a, ha);
        assertThat(granted(c, other)).isTrue();
    }

    @Test
    void twoHandlesOfOneSessionAreInEachOthersWay() {
        Bytes second = a.open(PATH);
        a.lock(ha, LockMode.EXCLUSIVE);
        assertThat(a.refusal(Client.trying(second, LockMode.EXCLUSIVE)))
                .isEqualTo(ErrorCode.LOCK_HELD);
        assertThat(a.refusal(new Call.Release(second))).isEqualTo(ErrorCode.NOT_HELD);
        assertThat(a.refusal(new Call.GetSequencer(second))).isEqualTo(ErrorCode.NOT_HELD);
    }

    @Test
    void theSameHandleGetsTheSameLockAgain() {
        Answer.Acquired first = a.lock(ha, LockMode.EXCLUSIVE);
        assertThat(a.lock(ha, LockMode.EXCLUSIVE)).isEqualTo(first);
        assertThat(a.refusal(Client.trying(ha, LockMode.SHARED))).isEqualTo(ErrorCode.BAD_REQUEST);
        release(a, ha);
        assertThat(a.refusal(new Call.Release(ha))).isEqualTo(ErrorCode.NOT_HELD);
    }

    @Test
    void aHandleWaitsOnce() {
        a.lock(ha, LockMode.EXCLUSIVE);
        b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        assertThat(b.refusal(Client.locking(hb, LockMode.EXCLUSIVE)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void closingAHandleReleasesItsLockAndWhatWaitsThroughIt() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long waits = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        long next = c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        b.expect(new Call.Close(hb), Answer.Closed.class);
        assertThat(failed(b, waits)).isEqualTo(ErrorCode.HANDLE_INVALID);
        a.expect(new Call.Close(ha), Answer.Closed.class);
        assertThat(granted(c, next)).isTrue();
    }

    @Test
    void deletingTheNodeEndsItsLock() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long waits = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        c.expect(Client.deleting(PATH), Answer.Deleted.class);
        assertThat(failed(b, waits)).isEqualTo(ErrorCode.HANDLE_INVALID);
        assertThat(a.refusal(new Call.Release(ha))).isEqualTo(ErrorCode.HANDLE_INVALID);
        Bytes anew = c.open(PATH);
        c.lock(anew, LockMode.EXCLUSIVE);
    }

    @Test
    void aClientThatIsAwayDoesNotWaitAndComesBackToTheEnd() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long first = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        long second = c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        b.reconnect();
        release(a, ha);
        assertThat(granted(c, second)).isTrue();
        assertThat(granted(b, first)).isFalse();
        release(c, hc);
        assertThat(granted(b, first)).isTrue();
    }

    @Test
    void aClientThatMovesToAnotherStreamKeepsItsPlace() {
        a.lock(ha, LockMode.EXCLUSIVE);
        long first = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        b.connect();
        b.resend();
        release(a, ha);
        assertThat(granted(b, first)).isTrue();
    }

    @Test
    void whoDiesWhileWaitingIsNotServed() {
        a.lock(ha, LockMode.EXCLUSIVE);
        b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        long second = c.start(Client.locking(hc, LockMode.EXCLUSIVE));
        b.lively = false;
        world.advance(30_000);
        assertThat(b.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
        release(a, ha);
        assertThat(granted(c, second)).isTrue();
    }

    @Test
    void aLockSurvivesAFailOver() {
        Answer.Acquired mine = a.lock(ha, LockMode.EXCLUSIVE);
        world.elect(2);
        a.connect();
        b.connect();
        assertThat(b.refusal(Client.trying(hb, LockMode.EXCLUSIVE))).isEqualTo(ErrorCode.LOCK_HELD);
        assertThat(a.expect(new Call.GetSequencer(ha), Answer.Sequencer.class).sequencer())
                .isEqualTo(mine.sequencer());
        long waits = b.start(Client.locking(hb, LockMode.EXCLUSIVE));
        release(a, ha);
        assertThat(granted(b, waits)).isTrue();
    }

    /// The grant took effect, and nobody told the client: it asks again, and has the lock.
    @Test
    void anAcquireWhoseAnswerWasLostIsGrantedOnce() {
        world.prompt = false;
        long request = a.start(Client.locking(ha, LockMode.EXCLUSIVE));
        world.elect(2);
        world.prompt = true;
        a.connect();
        assertThat(a.answers).doesNotContainKey(request);
        a.resend();
        assertThat(a.answers.get(request))
                .isInstanceOfSatisfying(
                        Answer.Acquired.class,
                        acquired -> assertThat(acquired.lockGeneration()).isEqualTo(1));
        release(a, ha);
        b.connect();
        b.lock(hb, LockMode.EXCLUSIVE);
    }

    /// A release that is made again must not release what was acquired after it.
    @Test
    void aRepeatedReleaseReleasesWhatItWasMadeFor() {
        a.lock(ha, LockMode.EXCLUSIVE);
        world.prompt = false;
        long release = a.start(new Call.Release(ha));
        long again = a.start(Client.locking(ha, LockMode.EXCLUSIVE));
        world.elect(2);
        world.prompt = true;
        a.connect();
        a.resend();
        assertThat(a.answers.get(release)).isInstanceOf(Answer.Released.class);
        assertThat(((Answer.Acquired) a.answers.get(again)).lockGeneration()).isEqualTo(2);
        b.connect();
        assertThat(b.refusal(Client.trying(hb, LockMode.SHARED))).isEqualTo(ErrorCode.LOCK_HELD);
    }
}
