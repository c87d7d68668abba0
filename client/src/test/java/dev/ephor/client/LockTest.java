package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Locks as the client sees them (PAPER C5, C6, C11), in virtual time.
class LockTest {
    private static final String PATH = "/ls/local/l";

    private final VirtualWorld world = new VirtualWorld();
    private final FakeCell cell = world.cell;
    private final Ephor ephor = world.connect();

    @Test
    void aLockIsHeldUntilItIsClosed() {
        HeldLock lock = acquire();
        assertThat(lock.isValid()).isTrue();
        assertThat(lock.sequencer()).isEqualTo("q");

        world.result(lock.closeAsync());

        assertThat(lock.isValid()).isFalse();
        assertThat(cell.holders).isEmpty();
    }

    @Test
    void aLockByPathTakesItsHandleWithIt() {
        HeldLock lock = world.result(ephor.lockAsync(PATH, LockMode.EXCLUSIVE));
        world.result(lock.closeAsync());

        assertThat(cell.effects)
                .containsExactly(
                        "open " + PATH, "acquire " + PATH, "close " + PATH, "release " + PATH);
    }

    @Test
    void aLockIsGivenBackThoughTheCellIsOverloaded() {
        HeldLock lock = acquire();
        cell.overloaded = 2;

        world.result(lock.closeAsync());

        assertThat(cell.requests.stream().filter(Request::hasRelease)).hasSize(3);
        assertThat(cell.holders).isEmpty();
    }

    @Test
    void aLockByPathIsGivenBackThoughTheCellIsOverloaded() {
        HeldLock lock = world.result(ephor.lockAsync(PATH, LockMode.EXCLUSIVE));
        cell.overloaded = 2;

        world.result(lock.closeAsync());

        assertThat(cell.requests.stream().filter(Request::hasClose)).hasSize(3);
        assertThat(cell.holders).isEmpty();
    }

    @Test
    void aLockIsGivenBackThoughNobodyWaitedForItAnyMore() {
        VirtualWorld other = new VirtualWorld();
        Ephor hasty = other.connect(Ephor.builder().requestTimeout(Duration.ofSeconds(1)));
        HeldLock lock = other.result(hasty.lockAsync(PATH, LockMode.EXCLUSIVE));
        other.cell.failOver("b:1", 3_000);
        other.passMillis(10);
        CompletableFuture<Void> closing = lock.closeAsync();
        other.passMillis(1_500);
        assertThat(closing).isDone();
        assertThat(other.cell.holders).isNotEmpty();

        other.passMillis(5_000);
        assertThat(hasty.state()).isEqualTo(SessionState.SAFE);
        assertThat(other.cell.holders).isEmpty();
    }

    @Test
    void anAcquireDoesNotOvertakeTheReleaseBeforeIt() {
        NodeHandle handle = handle();
        HeldLock first = world.result(handle.lockAsync(LockMode.EXCLUSIVE));
        cell.overloaded = 1;
        CompletableFuture<Void> released = first.closeAsync();
        CompletableFuture<HeldLock> second = handle.lockAsync(LockMode.EXCLUSIVE);

        assertThat(world.result(second).isValid()).isTrue();
        assertThat(released).isCompleted();
        assertThat(cell.effects).endsWith("release " + PATH, "acquire " + PATH);
        assertThat(cell.holders).containsKey(PATH);
    }

    @Test
    void aWaiterThatIsCancelledLeavesTheQueue() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting = handle().lockAsync(LockMode.EXCLUSIVE);
        world.passMillis(10);
        assertThat(cell.waiters()).isEqualTo(1);

        waiting.cancel(true);
        world.passMillis(10);

        assertThat(cell.waiters()).isZero();
    }

    @Test
    void aLockByPathThatIsCancelledLeavesNothingBehind() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting = ephor.lockAsync(PATH, LockMode.EXCLUSIVE);
        world.passMillis(10);
        waiting.cancel(true);
        world.passMillis(10);

        assertThat(cell.waiters()).isZero();
        assertThat(cell.effects).contains("close " + PATH);
    }

    @Test
    void aGrantThatCrossesTheCancellationIsGivenBack() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting = handle().lockAsync(LockMode.EXCLUSIVE);
        world.passMillis(10);

        waiting.cancel(true);
        cell.freedByAnother(PATH);
        world.passMillis(20);

        assertThat(cell.effects).contains("acquire " + PATH).endsWith("release " + PATH);
        assertThat(cell.holders).isEmpty();
    }

    @Test
    void afterACancelledAcquireTheSameHandleCanLockAgain() {
        NodeHandle handle = handle();
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> first = handle.lockAsync(LockMode.EXCLUSIVE);
        world.passMillis(10);
        first.cancel(true);
        cell.freedByAnother(PATH);
        HeldLock second = world.result(handle.lockAsync(LockMode.EXCLUSIVE));
        world.passMillis(20);

        assertThat(second.isValid()).isTrue();
        assertThat(cell.holders).containsKey(PATH);
    }

    @Test
    void aHandleThatHoldsTheLockDoesNotTakeItTwice() {
        NodeHandle handle = handle();
        world.result(handle.lockAsync(LockMode.EXCLUSIVE));
        CompletableFuture<HeldLock> again = handle.lockAsync(LockMode.EXCLUSIVE);
        world.passMillis(10);

        SessionTest.assertFails(again, EphorException.BadRequest.class);
    }

    @Test
    void aWaiterThatTimesOutLeavesTheQueue() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting =
                handle().lockAsync(LockMode.EXCLUSIVE, Duration.ofSeconds(3));
        world.passMillis(2_990);
        assertThat(waiting).isNotDone();
        world.passMillis(20);

        SessionTest.assertFails(waiting, EphorException.LockTimeout.class);
        assertThat(cell.waiters()).isZero();
    }

    @Test
    void aWaiterIsSentAgainToTheNewMasterWithTheTimeThatIsLeft() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting =
                handle().lockAsync(LockMode.EXCLUSIVE, Duration.ofSeconds(10));
        world.passMillis(10);
        cell.failOver("b:1", 2_000);
        world.passMillis(3_000);

        assertThat(cell.waiters()).isEqualTo(1);
        List<Request> acquires = cell.requests.stream().filter(Request::hasAcquire).toList();
        assertThat(acquires).extracting(Request::getId).containsExactly(2L, 2L);
        assertThat(acquires.get(1).getAcquire().getWaitMs()).isBetween(7_000, 8_000);
        cell.freedByAnother(PATH);
        assertThat(world.result(waiting).isValid()).isTrue();
    }

    @Test
    void aWaiterThatTimesOutWithoutAMasterIsCalledOffAtTheNext() {
        cell.heldByAnother(PATH);
        CompletableFuture<HeldLock> waiting =
                handle().lockAsync(LockMode.EXCLUSIVE, Duration.ofSeconds(1));
        world.passMillis(10);
        cell.failOver("b:1", 3_000);
        world.passMillis(1_500);
        SessionTest.assertFails(waiting, EphorException.LockTimeout.class);
        world.passMillis(3_000);

        assertThat(cell.waiters()).isZero();
        assertThat(cell.messages.stream().filter(ClientMessage::hasCancel)).hasSize(1);
    }

    @Test
    void tryLockSaysNo() {
        cell.heldByAnother(PATH);
        Optional<HeldLock> none = world.result(handle().tryLockAsync(LockMode.EXCLUSIVE));

        assertThat(none).isEmpty();
    }

    @Test
    void aLockRidesOverAFailOver() {
        HeldLock lock = acquire();
        List<LockState> states = new ArrayList<>();
        lock.onChange(states::add);
        lock.onLost(() -> states.add(LockState.LOST));
        cell.failOver("b:1", 5_000);
        world.pass(Duration.ofSeconds(20));

        assertThat(lock.isValid()).isTrue();
        assertThat(states).isEmpty();
    }

    @Test
    void aLockIsInDoubtDuringJeopardyAndHeldAfterIt() {
        HeldLock lock = acquire();
        List<LockState> states = new ArrayList<>();
        lock.onChange(states::add);
        cell.failOver("b:1", 30_000);

        world.pass(Duration.ofSeconds(20));
        assertThat(lock.isValid()).isFalse();
        world.pass(Duration.ofSeconds(20));

        assertThat(lock.isValid()).isTrue();
        assertThat(states).containsExactly(LockState.IN_DOUBT, LockState.HELD);
    }

    @Test
    void whoWasToldThatTheLockIsLostLosesIt() {
        HeldLock lock = acquire();
        List<String> told = new ArrayList<>();
        lock.onLost(() -> told.add("lost"));
        cell.failOver("b:1", 30_000);

        world.pass(Duration.ofSeconds(11));
        assertThat(told).isEmpty();
        world.pass(Duration.ofSeconds(1));
        assertThat(told).containsExactly("lost");
        world.pass(Duration.ofSeconds(30));

        assertThat(lock.isValid()).isFalse();
        assertThat(cell.effects).endsWith("release " + PATH);
        assertThat(told).hasSize(1);
    }

    @Test
    void theLockIsLostWithItsNode() {
        HeldLock lock = acquire();
        List<String> told = new ArrayList<>();
        lock.onLost(() -> told.add("lost"));
        cell.gone.add(PATH);
        cell.failOver("b:1", 1_000);
        world.pass(Duration.ofSeconds(3));

        assertThat(told).containsExactly("lost");
        assertThat(lock.state()).isEqualTo(LockState.LOST);
        assertThat(world.result(lock.closeAsync())).isNull();
    }

    @Test
    void closingAHandleFailsItsWaiters() {
        cell.heldByAnother(PATH);
        NodeHandle handle = handle();
        CompletableFuture<HeldLock> first = handle.lockAsync(LockMode.EXCLUSIVE);
        CompletableFuture<HeldLock> second = handle.lockAsync(LockMode.EXCLUSIVE);
        world.passMillis(10);
        handle.closeAsync();
        world.passMillis(10);

        SessionTest.assertFails(first, EphorException.HandleInvalid.class);
        SessionTest.assertFails(second, EphorException.HandleInvalid.class);
        assertThat(cell.waiters()).isZero();
    }

    @Test
    void aPoisonedHandleFailsWhatIsOutstandingAndWhatComes() {
        NodeHandle handle = handle();
        cell.mute = true;
        CompletableFuture<Contents> read = handle.readAsync();
        CompletableFuture<Stat> write = handle.writeAsync(new byte[] {1});
        CompletableFuture<Contents> byPath = ephor.getAsync(PATH);
        world.passMillis(10);
        handle.poison();
        world.passMillis(10);
        CompletableFuture<Stat> later = handle.statAsync();
        world.passMillis(10);

        SessionTest.assertFails(read, EphorException.HandleInvalid.class);
        SessionTest.assertFails(write, EphorException.OutcomeUnknown.class);
        SessionTest.assertFails(later, EphorException.HandleInvalid.class);
        assertThat(byPath).isNotDone();
    }

    private NodeHandle handle() {
        return world.result(ephor.openAsync(PATH, OpenOptions.CREATE));
    }

    private HeldLock acquire() {
        return world.result(handle().lockAsync(LockMode.EXCLUSIVE));
    }
}
