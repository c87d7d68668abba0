package dev.ephor.client;

import dev.ephor.api.AcquireRequest;
import dev.ephor.api.Error;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import java.util.Optional;

/// Asks for a lock. Called off, by a time-out, an interrupt or a cancelled future, it leaves the
/// queue; and should it have been granted just then, the lock is given back at once.
///
/// @param <T> [HeldLock] for a call that waits, an optional one for a try
abstract class AcquireCall<T> extends Call<T> {
    private final OpenHandle lockHandle;
    private final LockMode mode;
    private final long deadline;

    private AcquireCall(OpenHandle handle, LockMode mode, boolean wait, long timeout) {
        super(
                handle.session(),
                wait ? Kind.WAITS : Kind.CHANGES,
                Request.newBuilder()
                        .setAcquire(
                                AcquireRequest.newBuilder()
                                        .setMode(Translate.mode(mode))
                                        .setWait(wait)));
        this.lockHandle = handle;
        this.handle = handle;
        this.mode = mode;
        if (wait) {
            this.timeout = timeout;
        }
        this.deadline = session.environment().nanoTime() + timeout;
    }

    /// Waits until it is granted, `timeout` nanoseconds at most; 0: as long as the session lives.
    static AcquireCall<HeldLock> waiting(OpenHandle handle, LockMode mode, long timeout) {
        return new Waiting(handle, mode, timeout);
    }

    /// Now or not at all.
    static AcquireCall<Optional<HeldLock>> trying(OpenHandle handle, LockMode mode) {
        return new Trying(handle, mode);
    }

    @Override
    void begin() {
        lockHandle.acquire(this);
    }

    @Override
    void prepare() {
        AcquireRequest.Builder acquire = request.getAcquireBuilder().setHandle(lockHandle.bytes());
        if (kind == Kind.WAITS && timeout > 0) {
            long left = deadline - session.environment().nanoTime();
            acquire.setWaitMs((int) Math.min(Integer.MAX_VALUE, Math.max(1, left / Times.MILLI)));
        }
    }

    HeldLock granted(Reply reply) {
        HeldLock lock =
                new HeldLock(
                        lockHandle,
                        mode,
                        reply.getAcquire().getSequencer(),
                        reply.getAcquire().getLockGeneration());
        lockHandle.held(lock);
        return lock;
    }

    @Override
    void callOff() {
        lockHandle.callOff(this);
    }

    @Override
    void done() {
        lockHandle.acquireDone(this);
    }

    @Override
    RuntimeException timeoutException() {
        return kind == Kind.WAITS
                ? new EphorException.LockTimeout(
                        what() + ": not granted in the time that was given")
                : super.timeoutException();
    }

    @Override
    String what() {
        return "lock " + lockHandle.path();
    }

    private static final class Waiting extends AcquireCall<HeldLock> {
        Waiting(OpenHandle handle, LockMode mode, long timeout) {
            super(handle, mode, true, timeout);
        }

        @Override
        HeldLock decode(Reply reply) {
            return granted(reply);
        }

        @Override
        void discarded(HeldLock lock) {
            lock.giveBack();
        }
    }

    private static final class Trying extends AcquireCall<Optional<HeldLock>> {
        Trying(OpenHandle handle, LockMode mode) {
            super(handle, mode, false, 0);
        }

        @Override
        Optional<HeldLock> decode(Reply reply) {
            return Optional.of(granted(reply));
        }

        @Override
        Optional<HeldLock> decodeError(Error error) {
            return error.getCode() == Error.Code.LOCK_HELD
                    ? Optional.empty()
                    : super.decodeError(error);
        }

        @Override
        void discarded(Optional<HeldLock> lock) {
            lock.ifPresent(HeldLock::giveBack);
        }
    }
}
