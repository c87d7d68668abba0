package dev.ephor.client;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the session knows of one handle. Confined to the loop, except [#path] and [#bytes].
final class OpenHandle {
    private final Session session;
    private final String path;
    private final Event.@Nullable Listener listener;
    private final boolean ephemeral;

    private volatile ByteString bytes;
    private boolean closed;
    private boolean poisoned;

    /// The lock that is held through this handle.
    private @Nullable HeldLock lock;

    /// Acquires through this handle, one at a time: the first is under way. (Two at once could not
    /// be told apart by the cell, and the release of one would be the release of the other.)
    private final ArrayDeque<AcquireCall<?>> acquires = new ArrayDeque<>();

    /// Releases that the cell has not answered. An acquire that overtook one would be granted what
    /// is held still, and lose it to that release.
    private int releases;

    /// The first acquire is not under way: it waits for the releases.
    private boolean heldUp;

    OpenHandle(
            Session session,
            String path,
            ByteString bytes,
            Event.@Nullable Listener listener,
            boolean ephemeral) {
        this.session = session;
        this.path = path;
        this.bytes = bytes;
        this.listener = listener;
        this.ephemeral = ephemeral;
        keepIfNeeded();
    }

    Session session() {
        return session;
    }

    /// Any thread.
    String path() {
        return path;
    }

    /// What the cell gave. Any thread.
    ByteString bytes() {
        return bytes;
    }

    /// The cell gave another one in its place (it carries a sequencer now).
    void replace(ByteString other) {
        session.handles().forget(this);
        bytes = other;
        keepIfNeeded();
    }

    void close() {
        closed = true;
        session.handles().forget(this);
        for (AcquireCall<?> waiting : List.copyOf(acquires)) {
            waiting.poisoned(this);
        }
        if (lock != null) {
            lock.lost("its handle was closed");
        }
    }

    /// Fails every call about this handle that has no reply yet, and every one to come.
    void poison() {
        poisoned = true;
        for (AcquireCall<?> waiting : List.copyOf(acquires)) {
            waiting.poisoned(this);
        }
        for (Call<?> call : session.requests().outstanding()) {
            if (call.handle == this) {
                call.poisoned(this);
            }
        }
    }

    boolean isPoisoned() {
        return poisoned;
    }

    /// What a call gets whose handle was given up.
    EphorException poison(Call<?> call) {
        String message = call.what() + ": its handle was given up";
        return call.id != 0 && call.kind == Call.Kind.CHANGES
                ? new EphorException.OutcomeUnknown(message)
                : new EphorException.HandleInvalid(message);
    }

    void event(dev.ephor.api.Event event) {
        if (event.getType() == dev.ephor.api.EventType.HANDLE_INVALID_EVENT) {
            invalid("the node is gone");
        } else {
            tell(event);
        }
    }

    /// The handle is of no use any more.
    void invalid(String why) {
        if (!closed) {
            close();
            tell(
                    dev.ephor.api.Event.newBuilder()
                            .setType(dev.ephor.api.EventType.HANDLE_INVALID_EVENT)
                            .setPath(path)
                            .build());
        }
        if (lock != null) {
            lock.lost(why);
        }
    }

    void stateChanged(SessionState state, String why) {
        if (lock != null) {
            switch (state) {
                case SAFE -> lock.safe();
                case JEOPARDY -> lock.inDoubt();
                case EXPIRED -> lock.lost(why);
            }
        }
    }

    private void tell(dev.ephor.api.Event event) {
        if (listener != null) {
            Event.Listener target = listener;
            Translate.event(event)
                    .ifPresent(known -> session.callbacks().add(() -> target.on(known)));
        }
    }

    // --- locks ---

    /// Begins the acquire, or lets it wait for the one before it.
    void acquire(AcquireCall<?> call) {
        acquires.add(call);
        if (acquires.size() == 1) {
            beginAcquire(call);
        }
    }

    /// Calls off an acquire that the program no longer waits for.
    void callOff(AcquireCall<?> call) {
        if (acquires.peek() == call && !heldUp) {
            session.requests().abandon(call);
        } else {
            acquires.remove(call);
        }
    }

    /// The acquire is through: the next one may begin.
    void acquireDone(AcquireCall<?> call) {
        if (acquires.peek() == call) {
            acquires.remove();
            AcquireCall<?> next = acquires.peek();
            if (next != null) {
                beginAcquire(next);
            }
        }
    }

    void held(HeldLock held) {
        lock = held;
        keepIfNeeded();
        if (!session.lease().runs()) {
            held.inDoubt();
        }
    }

    void released(HeldLock released) {
        if (lock == released) {
            lock = null;
            if (!isNeeded()) {
                session.handles().forget(this);
            }
        }
    }

    void releaseBegins() {
        releases++;
    }

    void releaseDone() {
        releases--;
        if (releases == 0 && heldUp) {
            heldUp = false;
            AcquireCall<?> next = acquires.peek();
            if (next != null) {
                beginAcquire(next);
            }
        }
    }

    private void beginAcquire(AcquireCall<?> call) {
        if (releases > 0) {
            heldUp = true;
        } else if (lock != null) {
            call.lost(
                    new EphorException.BadRequest(
                            call.what()
                                    + ": this handle holds the lock already; open another handle"
                                    + " for another holder"));
        } else {
            session.requests().add(call);
        }
    }

    private void keepIfNeeded() {
        if (isNeeded()) {
            session.handles().keep(this);
        }
    }

    private boolean isNeeded() {
        return !closed && (listener != null || ephemeral || lock != null);
    }
}
