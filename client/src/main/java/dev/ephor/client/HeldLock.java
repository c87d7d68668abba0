package dev.ephor.client;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A lock that is held (Chubby §2.4). Closing it gives it back.
///
/// Locks are advisory. What is done under one is safe against a holder that was slow, paused or cut
/// off only where the receiver checks [#sequencer], as [#write] does. [#isValid] says what this
/// program can know by itself: true means that nobody else has the lock at this moment, by a clock
/// that is read now and counted short.
///
/// A fail-over that is longer than the lease puts the lock in doubt. A holder that did not ask for
/// [#onLost] keeps it if the session survives; one that did has been told that it is lost, and so
/// it stays lost.
///
/// Thread-safe.
public final class HeldLock implements AutoCloseable {
    private final OpenHandle handle;
    private final LockMode mode;
    private final String sequencer;
    private final long generation;

    private volatile LockState state = LockState.HELD;

    // Loop only:
    private final List<Consumer<LockState>> listeners = new ArrayList<>();
    private final List<Runnable> lostListeners = new ArrayList<>();
    private boolean released;

    /// The handle was opened for this lock alone and goes with it.
    private volatile boolean ownsHandle;

    HeldLock(OpenHandle handle, LockMode mode, String sequencer, long generation) {
        this.handle = handle;
        this.mode = mode;
        this.sequencer = sequencer;
        this.generation = generation;
    }

    public String path() {
        return handle.path();
    }

    public LockMode mode() {
        return mode;
    }

    /// Names the lock, its mode and its generation. Hand it to whoever acts under the lock; they
    /// check it with [Ephor#checkSequencer], or by comparing generations.
    public String sequencer() {
        return sequencer;
    }

    /// Rises with each holding: a fencing token as a number.
    public long generation() {
        return generation;
    }

    /// True while nobody else can have the lock in a conflicting mode. Reads the clock: after a
    /// pause of this process it tells the truth.
    public boolean isValid() {
        return state == LockState.HELD && !session().isClosing() && session().lease().runs();
    }

    public LockState state() {
        LockState known = session().isClosing() ? LockState.LOST : state;
        return known == LockState.HELD && !session().lease().runs() ? LockState.IN_DOUBT : known;
    }

    /// The listener is told each time the state changes, and at once if it has changed already.
    public void onChange(Consumer<LockState> listener) {
        onLoop(() -> {
            listeners.add(listener);
            if (state != LockState.HELD) {
                LockState now = state;
                session().callbacks().add(() -> listener.accept(now));
            }
        });
    }

    /// The listener is told once, as soon as somebody else might get the lock: when the lease runs
    /// out by this client's clock, or when the lock is gone for another reason than [#close]. From
    /// then on the lock counts as lost, even if the session survives; the cell gets it back then.
    public void onLost(Runnable listener) {
        onLoop(() -> {
            if (released) {
                return;
            }
            lostListeners.add(listener);
            if (state == LockState.LOST) {
                tellLost();
            } else if (state == LockState.IN_DOUBT) {
                loseForGood();
            }
        });
    }

    /// Writes the file that the lock belongs to; refused with [EphorException.SequencerInvalid] if
    /// the lock is lost.
    public Stat write(byte[] contents) {
        return writeCall(ByteString.copyFrom(contents)).await();
    }

    /// As [#write(byte\[\])], with text as UTF-8.
    public Stat write(String contents) {
        return writeCall(ByteString.copyFromUtf8(contents)).await();
    }

    public CompletableFuture<Stat> writeAsync(byte[] contents) {
        return writeCall(ByteString.copyFrom(contents)).start();
    }

    /// Gives the lock back and waits until the cell has it, or the session is over.
    @Override
    public void close() {
        session().refuseOnLoop();
        Waiting.await(closeAsync(), "release " + path());
    }

    /// Gives the lock back.
    public CompletableFuture<Void> closeAsync() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> {
            if (released) {
                done.complete(null);
            } else {
                giveBack().whenComplete((result, failure) -> complete(done, failure));
            }
        });
        return done;
    }

    private static void complete(
            CompletableFuture<Void> done, @org.jspecify.annotations.Nullable Throwable failure) {
        if (failure == null || failure instanceof EphorException.SessionOver) {
            done.complete(null);
        } else if (failure instanceof EphorException.OutcomeUnknown) {
            done.complete(null); // The session is over, and the lock with it.
        } else {
            done.completeExceptionally(failure);
        }
    }

    private Call<Stat> writeCall(ByteString contents) {
        return new Calls(session())
                .write(
                        new Calls.Target.ByHandle(handle),
                        contents,
                        WriteOptions.DEFAULT.ifHeld(sequencer));
    }

    private Session session() {
        return handle.session();
    }

    private void onLoop(Runnable task) {
        session().environment().loop().execute(task);
    }

    // --- loop only ---

    void ownsHandle() {
        ownsHandle = true;
    }

    /// Sends the release before anything that comes later through this handle.
    CompletableFuture<Boolean> giveBack() {
        boolean wasHeld = state != LockState.LOST;
        released = true;
        state = LockState.LOST;
        handle.released(this);
        if (ownsHandle) {
            Call<Boolean> close = new Calls(session()).close(handle);
            close.run();
            return close.future;
        }
        if (!wasHeld) {
            return CompletableFuture.completedFuture(true);
        }
        Call<Boolean> release = new Calls(session()).release(handle);
        release.run();
        return release.future;
    }

    void inDoubt() {
        if (state == LockState.HELD) {
            state = LockState.IN_DOUBT;
            tell();
            if (!lostListeners.isEmpty()) {
                loseForGood();
            }
        }
    }

    void safe() {
        if (state == LockState.IN_DOUBT) {
            state = LockState.HELD;
            tell();
        }
    }

    void lost(String why) {
        if (state != LockState.LOST) {
            state = LockState.LOST;
            handle.released(this);
            tell();
            tellLost();
        }
    }

    /// The holder has been told that it lost the lock, so it must not come back.
    private void loseForGood() {
        Call<Boolean> release = new Calls(session()).release(handle);
        lost("in doubt");
        release.run();
    }

    private void tell() {
        LockState now = state;
        for (Consumer<LockState> listener : listeners) {
            session().callbacks().add(() -> listener.accept(now));
        }
    }

    private void tellLost() {
        for (Runnable listener : lostListeners) {
            session().callbacks().add(listener);
        }
        lostListeners.clear();
    }

    @Override
    public String toString() {
        return mode + " lock on " + path() + ", " + state();
    }
}
