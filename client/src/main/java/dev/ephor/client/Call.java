package dev.ephor.client;

import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One request of a program, from its making to its reply, over as many masters as it takes. Its
/// state is confined to the loop; [#future] belongs to the program.
///
/// @param <T> what the program gets
abstract class Call<T> implements Runnable {
    /// What may have happened to a call whose reply never came.
    enum Kind {
        /// It changes nothing.
        READS,
        /// It may have taken effect.
        CHANGES,
        /// It waits for a lock, maybe for long; it can be called off.
        WAITS
    }

    final Session session;
    final Kind kind;
    final Request.Builder request;

    /// The handle that it is about; null where it is about a path, or the session.
    @Nullable OpenHandle handle;

    final Result<T> future = new Result<>(this);

    /// Bytes of contents that it carries.
    int contentBytes;

    /// How long the program gives it, from now on; 0: no limit.
    long timeout;

    /// Its number; 0 until it is first sent.
    long id;

    /// The program no longer waits for it: timed out or cancelled.
    boolean abandoned;

    /// The epoch of the master that it was first sent to.
    long firstEpoch;

    private ClientEnvironment.@Nullable Timer timer;
    private @Nullable Executor completer;

    Call(Session session, Kind kind, Request.Builder request) {
        this.session = session;
        this.kind = kind;
        this.request = request;
        this.timeout = session.settings().requestTimeout();
    }

    /// Makes of a reply that is no error what the program gets. Loop.
    abstract T decode(Reply reply);

    /// For messages: what was called, on what.
    abstract String what();

    /// An error reply; a call that takes one for an answer overrides this. Loop.
    T decodeError(dev.ephor.api.Error error) {
        throw Translate.error(what(), error);
    }

    /// True where it is made whoever waits for it, and made again a little later where the cell is
    /// overloaded. Loop.
    boolean isOwed() {
        return false;
    }

    /// Last changes before it is sent, for the first time or again. Loop.
    void prepare() {}

    /// The program was gone when the result came: give back what it got. Loop.
    void discarded(T result) {}

    /// The call is through, one way or the other. Loop.
    void done() {}

    /// Hands it to the session. The future completes on the loop, or on the executor that the
    /// program chose for its asynchronous calls.
    CompletableFuture<T> start() {
        completer = session.completions();
        session.environment().loop().execute(this);
        return future;
    }

    /// Hands it to the session and waits. A virtual thread that waits is not pinned.
    T await() {
        session.refuseOnLoop();
        session.environment().loop().execute(this);
        return Waiting.await(future, what());
    }

    /// The loop takes it over.
    @Override
    public final void run() {
        if (handle != null && handle.isPoisoned()) {
            lost(handle.poison(this));
            return;
        }
        if (timeout > 0 && !session.isOver()) {
            timer = session.environment().schedule(timeout, this::timedOut);
        }
        begin();
    }

    /// Loop.
    void begin() {
        session.requests().add(this);
    }

    final void replied(Reply reply) {
        if (!answers(reply)) {
            lost(noAnswer());
            return;
        }
        stopTimer();
        T result;
        try {
            result = reply.hasError() ? decodeError(reply.getError()) : decode(reply);
        } catch (EphorException | java.util.concurrent.CancellationException e) {
            fail(e);
            done();
            return;
        }
        if (abandoned) {
            discarded(result);
        } else {
            deliver(result);
        }
        done();
    }

    /// A reply has the number of its request among the fields of `Reply`, or is an error.
    private boolean answers(Reply reply) {
        return reply.hasError()
                || reply.getBodyCase().getNumber() == request.getBodyCase().getNumber();
    }

    /// Nothing is known of what the cell did, though it says that it did something.
    private RuntimeException noAnswer() {
        String message = what() + ": the cell gave an answer that this client does not understand";
        return kind == Kind.READS
                ? new EphorException.Unreachable(message)
                : new EphorException.OutcomeUnknown(message);
    }

    /// There will be no reply.
    final void lost(RuntimeException why) {
        stopTimer();
        fail(why);
        done();
    }

    final void fail(RuntimeException why) {
        Executor executor = completer;
        if (executor == null || future.isDone()) {
            future.completeExceptionally(why);
        } else {
            executor.execute(() -> future.completeExceptionally(why));
        }
    }

    private void deliver(T result) {
        Executor executor = completer;
        if (executor == null) {
            if (!future.complete(result)) {
                discarded(result);
            }
        } else {
            executor.execute(() -> {
                if (!future.complete(result)) {
                    session.environment().loop().execute(() -> discarded(result));
                }
            });
        }
    }

    private void timedOut() {
        timer = null;
        if (!abandoned) {
            fail(timeoutException());
            abandon();
        }
    }

    /// The program gave its handle up: nobody waits for the result any more.
    final void poisoned(OpenHandle by) {
        if (!abandoned) {
            fail(by.poison(this));
            abandon();
        }
    }

    /// Called off by the program.
    final void cancelled() {
        if (!abandoned) {
            abandon();
        }
    }

    private void abandon() {
        abandoned = true;
        stopTimer();
        callOff();
    }

    /// The program no longer waits for it. Loop.
    void callOff() {
        session.requests().abandon(this);
    }

    RuntimeException timeoutException() {
        return id == 0 || kind == Kind.READS
                ? new EphorException.Unreachable(
                        what() + ": no master answered in the time that was given")
                : new EphorException.OutcomeUnknown(
                        what() + ": no answer in the time that was given");
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /// A future that calls the request off when it is cancelled.
    static final class Result<T> extends CompletableFuture<T> {
        private final Call<T> call;

        Result(Call<T> call) {
            this.call = call;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                call.session.environment().loop().execute(call::cancelled);
            }
            return cancelled;
        }

        /// Dependents are plain: cancelling one of them calls nothing off.
        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }
    }
}
