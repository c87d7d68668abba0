package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Acquires and releases locks (Chubby §2.4). Who holds a lock is in its [LockRow], and so is
/// replicated; who waits for it is in the master's memory only, and is asked for again by the
/// clients of a new master. Confined to the loop.
///
/// Fair in the order of arrival: nobody overtakes who waits, not even one who would fit in beside
/// the holders. A holder is a handle: two handles of one session are in each other's way like
/// anybody else's, and through the same handle the same lock is granted again.
final class Locks {
    private static final long RETRY_NANOS = 50_000_000;

    private final Pipeline pipeline;
    private final SessionTable sessions;
    private final Handles handles;
    private final Mailbox mailbox;
    private final Deadlines deadlines;
    private final Clock clock;
    private final Paths paths;
    private final int maxWaiters;

    /// Who waits, by path, the longest first.
    private final Map<NodePath, ArrayDeque<Waiter>> queues = new TreeMap<>(NodePath.ORDER);

    /// Until when the lock-delays run that are rows.
    private final Map<NodePath, Long> delays = new TreeMap<>(NodePath.ORDER);

    /// Where somebody who waits may have come to be the next.
    private final TreeSet<NodePath> touched = new TreeSet<>(NodePath.ORDER);

    Locks(
            Pipeline pipeline,
            SessionTable sessions,
            Handles handles,
            Mailbox mailbox,
            Deadlines deadlines,
            Clock clock,
            Paths paths,
            int maxWaiters) {
        this.pipeline = pipeline;
        this.sessions = sessions;
        this.handles = handles;
        this.mailbox = mailbox;
        this.deadlines = deadlines;
        this.clock = clock;
        this.paths = paths;
        this.maxWaiters = maxWaiters;
    }

    /// Runs the lock-delays of an earlier master again, in full: what had passed of them is
    /// unknown.
    void recover(View view) {
        view.rows()
                .range("d", "e")
                .forEach((key, row) -> startDelay(Keys.delayed(key), LockDelay.decode(row)));
    }

    /// Grants the lock now, or later, or never; answers then.
    void acquire(Session session, long request, Call.Acquire call) {
        View view = new View(pipeline.newest());
        Handles.Shown shown = handles.resolve(session, call.handle(), view);
        if (call.waitMillis() < 0) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "a negative time to wait");
        }
        NodePath path = shown.path();
        LockRow lock = view.lock(path);
        if (lock.holder(session.id(), shown.handle().serial()) != null) {
            grantAgain(session, request, call, shown, lock);
            return;
        }
        Waiter waiter = new Waiter(session, request, shown.open(), call.mode());
        if (!queues.containsKey(path) && admits(view, path, call.mode())) {
            if (!grant(waiter)) {
                throw overloaded("too much is in flight");
            }
            return;
        }
        if (!lock.admits(call.mode())) {
            tellHolders(path, lock);
        }
        if (!call.blocking()) {
            throw new Refusal(
                    ErrorCode.LOCK_HELD,
                    paths.full(path)
                            + (lock.isHeld()
                                    ? " is locked (" + lock.mode().text() + ")"
                                    : " is free, but others wait, or a lock-delay runs"));
        }
        enqueue(waiter, call.waitMillis());
    }

    private void grantAgain(
            Session session, long request, Call.Acquire call, Handles.Shown shown, LockRow lock) {
        if (lock.mode() != call.mode()) {
            throw new Refusal(
                    ErrorCode.BAD_REQUEST,
                    "the handle holds the lock " + lock.mode().text() + ": release it first");
        }
        Answer answer = acquired(shown.open(), lock);
        pipeline.whenSettled(() -> mailbox.answer(session, request, answer));
    }

    private Answer acquired(OpenHandle handle, LockRow lock) {
        return new Answer.Acquired(sequencer(handle.handle(), lock).text(paths), lock.generation());
    }

    private static Sequencer sequencer(Handle handle, LockRow lock) {
        return new Sequencer(lock.mode(), lock.generation(), handle.instance(), handle.path());
    }

    private static boolean admits(View view, NodePath path, LockMode mode) {
        LockDelay delay = view.delay(path);
        return view.lock(path).admits(mode) && (delay == null || delay.mode().goesWith(mode));
    }

    /// @return false where there is no room in the pipeline: nothing has happened
    private boolean grant(Waiter waiter) {
        OpenHandle handle = waiter.handle();
        NodePath path = handle.path();
        Session session = waiter.session();
        Draft draft = pipeline.draft();
        LockRow free = draft.view().lock(path);
        LockRow.Holder holder =
                new LockRow.Holder(
                        session.id(),
                        handle.serial(),
                        waiter.request(),
                        handle.handle().lockDelayMillis());
        LockRow held = free.heldBy(holder, waiter.mode(), draft.lockFloor());
        Belonging belonging =
                new Belonging(
                        Belonging.Kind.LOCK, handle.serial(), handle.handle().instance(), path);
        draft.put(Keys.lock(path), held.encode());
        draft.put(
                Keys.belonging(session.id(), Belonging.Kind.LOCK, handle.serial()),
                belonging.encode());
        if (!free.isHeld()) {
            draft.happened(EventType.LOCK_ACQUIRED, path, "", 0);
        }
        Answer answer = acquired(handle, held);
        return pipeline.propose(draft, () -> mailbox.answer(session, waiter.request(), answer));
    }

    /// Tells who holds the lock that somebody else wants it.
    private void tellHolders(NodePath path, LockRow lock) {
        Happening happening = new Happening(EventType.CONFLICTING_LOCK_REQUEST, path, "", 0);
        for (LockRow.Holder holder : lock.holders()) {
            Session session = sessions.get(holder.session());
            OpenHandle handle = session == null ? null : session.handles.get(holder.serial());
            if (handle != null && handle.wants(happening.type())) {
                pipeline.whenSettled(() -> mailbox.event(handle, happening));
            }
        }
    }

    private void enqueue(Waiter waiter, int waitMillis) {
        Session session = waiter.session();
        if (waiter.handle().waiting != 0) {
            throw new Refusal(ErrorCode.BAD_REQUEST, "the handle waits for its lock already");
        }
        if (session.waiting.size() >= maxWaiters) {
            throw overloaded("the session waits for " + maxWaiters + " locks");
        }
        waiter.handle().waiting = waiter.request();
        session.waiting.put(waiter.request(), waiter);
        queues.computeIfAbsent(waiter.handle().path(), path -> new ArrayDeque<>()).add(waiter);
        if (waitMillis > 0) {
            waiter.timeout =
                    deadlines.after(
                            waitMillis * 1_000_000L,
                            () ->
                                    giveUp(
                                            waiter,
                                            ErrorCode.LOCK_TIMEOUT,
                                            "the lock was not granted in time"));
        }
    }

    /// The client wants the answer no more. Too late if the lock is granted: that is the answer.
    void cancel(Session session, long request) {
        Waiter waiter = session.waiting.get(request);
        if (waiter != null) {
            giveUp(waiter, ErrorCode.CANCELLED, "the client cancelled the request");
        }
    }

    /// The session's client is away: nobody is there to take a lock, so its Acquires leave their
    /// queues. The client makes them again when it is back.
    void cancelAll(Session session) {
        for (Waiter waiter : List.copyOf(session.waiting.values())) {
            leave(waiter);
            session.active.remove(waiter.request());
        }
    }

    /// The handle was closed: what waits through it waits in vain.
    void closed(Session session, Handle handle) {
        OpenHandle open = session.handles.get(handle.serial());
        Waiter waiter = open == null ? null : session.waiting.get(open.waiting);
        if (waiter != null) {
            giveUp(waiter, ErrorCode.HANDLE_INVALID, "the handle was closed");
        }
    }

    private void giveUp(Waiter waiter, ErrorCode code, String why) {
        leave(waiter);
        mailbox.answer(waiter.session(), waiter.request(), new Answer.Failed(code, why));
    }

    private void leave(Waiter waiter) {
        NodePath path = waiter.handle().path();
        ArrayDeque<Waiter> queue = queues.get(path);
        if (queue != null && queue.remove(waiter)) {
            left(waiter, queue);
        }
        // Those behind it may fit in beside the holders now.
        touched.add(path);
    }

    private void left(Waiter waiter, ArrayDeque<Waiter> queue) {
        deadlines.cancel(waiter.timeout);
        waiter.session().waiting.remove(waiter.request());
        waiter.handle().waiting = 0;
        if (queue.isEmpty()) {
            queues.remove(waiter.handle().path());
        }
    }

    /// Grants whatever can be granted since it was called last. To be called after everything that
    /// is done on the loop.
    void settle() {
        for (NodePath path = touched.pollFirst(); path != null; path = touched.pollFirst()) {
            ArrayDeque<Waiter> queue = queues.get(path);
            while (queue != null && !queue.isEmpty() && grantNext(path, queue)) {}
        }
    }

    private boolean grantNext(NodePath path, ArrayDeque<Waiter> queue) {
        Waiter next = Objects.requireNonNull(queue.peek());
        if (!admits(new View(pipeline.newest()), path, next.mode())) {
            return false;
        }
        if (!grant(next)) {
            deadlines.after(RETRY_NANOS, () -> touched.add(path));
            return false;
        }
        queue.remove();
        left(next, queue);
        return true;
    }

    /// Releases what was acquired by an earlier request of the session. The same Release made again
    /// after the handle acquired the lock anew must not release that.
    Answer release(Draft draft, Session session, long request, Call.Release call) {
        View view = draft.view();
        Handles.Shown shown = handles.resolve(session, call.handle(), view);
        long serial = shown.handle().serial();
        LockRow.Holder holder = view.lock(shown.path()).holder(session.id(), serial);
        if (holder == null || holder.request() > request) {
            Answer before = view.outcome(session.id(), request);
            if (before == null) {
                throw notHeld(shown.path());
            }
            return before;
        }
        draft.delete(Keys.belonging(session.id(), Belonging.Kind.LOCK, serial));
        free(draft, shown.path(), holder);
        return new Answer.Released();
    }

    /// The sequencer of the lock that the handle holds.
    Answer sequencer(View view, Session session, Bytes form) {
        Handles.Shown shown = handles.resolve(session, form, view);
        LockRow lock = view.lock(shown.path());
        if (lock.holder(session.id(), shown.handle().serial()) == null) {
            throw notHeld(shown.path());
        }
        return new Answer.Sequencer(sequencer(shown.handle(), lock).text(paths));
    }

    /// Takes a lock from a session. The node is known to be the one that was locked.
    void take(Draft draft, SessionRow session, Belonging belonging) {
        NodePath path = belonging.path();
        LockRow.Holder holder = draft.view().lock(path).holder(session.id(), belonging.serial());
        if (holder == null) {
            return;
        }
        LockMode mode = draft.view().lock(path).mode();
        free(draft, path, holder);
        if (session.phase() == SessionRow.Phase.DIED && holder.delayMillis() > 0) {
            LockDelay mine = new LockDelay(mode, holder.delayMillis());
            LockDelay running = draft.view().delay(path);
            LockDelay delay = running == null ? mine : mine.and(running);
            draft.put(Keys.delay(path), delay.encode());
            draft.whenAccepted(() -> startDelay(path, delay));
        }
    }

    private void free(Draft draft, NodePath path, LockRow.Holder holder) {
        draft.put(Keys.lock(path), draft.view().lock(path).without(holder).encode());
        draft.whenAccepted(() -> touched.add(path));
    }

    /// The lock goes with its node, and so do those who wait for it. Not so a lock-delay that runs:
    /// it holds for the name, so that an ephemeral file that dies with its holder does not cut it
    /// short.
    void removeWithNode(Draft draft, NodePath path) {
        LockRow lock = draft.view().lock(path);
        for (LockRow.Holder holder : lock.holders()) {
            draft.delete(Keys.belonging(holder.session(), Belonging.Kind.LOCK, holder.serial()));
        }
        draft.raiseLockFloor(lock.generation());
        draft.delete(Keys.lock(path));
        draft.whenAccepted(() -> failWaiters(path));
    }

    private void failWaiters(NodePath path) {
        ArrayDeque<Waiter> queue = queues.get(path);
        for (Waiter waiter : queue == null ? List.<Waiter>of() : List.copyOf(queue)) {
            leave(waiter);
            Answer gone =
                    new Answer.Failed(ErrorCode.HANDLE_INVALID, paths.full(path) + " was deleted");
            pipeline.whenSettled(() -> mailbox.answer(waiter.session(), waiter.request(), gone));
        }
    }

    private void startDelay(NodePath path, LockDelay delay) {
        long until = clock.nanoTime() + delay.millis() * 1_000_000L;
        Long running = delays.get(path);
        delays.put(path, running == null ? until : Math.max(running, until));
        deadlines.at(until, () -> delayOver(path));
    }

    private void delayOver(NodePath path) {
        Long until = delays.get(path);
        if (until == null || clock.nanoTime() < until) {
            return;
        }
        Draft draft = pipeline.draft();
        draft.delete(Keys.delay(path));
        if (!draft.isEmpty() && !pipeline.propose(draft, () -> {})) {
            deadlines.after(RETRY_NANOS, () -> delayOver(path));
            return;
        }
        delays.remove(path);
        touched.add(path);
    }

    private Refusal notHeld(NodePath path) {
        return new Refusal(
                ErrorCode.NOT_HELD, "the handle does not hold the lock of " + paths.full(path));
    }

    private static Refusal overloaded(String why) {
        return new Refusal(ErrorCode.OVERLOADED, why + "; nothing was done, try again");
    }

    /// How many Acquires wait for this node's lock.
    int waiters(NodePath path) {
        @Nullable ArrayDeque<Waiter> queue = queues.get(path);
        return queue == null ? 0 : queue.size();
    }
}
