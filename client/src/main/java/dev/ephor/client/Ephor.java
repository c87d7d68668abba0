package dev.ephor.client;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// A session with a cell: files, locks and events (Chubby §2).
///
/// ```java
/// try (var ephor = Ephor.connect("localhost:7400")) {
///     ephor.put("/ls/local/greeting", "hello");
///     try (var lock = ephor.lock("/ls/local/jobs/billing", LockMode.EXCLUSIVE)) {
///         billing.run(lock.sequencer());
///     }
/// }
/// ```
///
/// A call waits for its result; its `Async` twin returns at once. Calls ride over lost connections
/// and fail-overs: they are repeated until a master answers, and take effect once. What a program
/// has to know is how the session stands ([#state], [#onState]) and the types of [EphorException].
///
/// Calls of one thread, and asynchronous calls in the order in which they are made, take effect in
/// that order. The futures of asynchronous calls complete on Ephor's event thread, where blocking
/// calls are refused, unless [EphorBuilder#asyncExecutor] names another place.
///
/// Thread-safe; virtual threads are not pinned while they wait.
public final class Ephor implements AutoCloseable {
    private final Session session;
    private final Calls calls;

    Ephor(Session session) {
        this.session = session;
        this.calls = new Calls(session);
    }

    /// Opens a session with default options.
    ///
    /// @param addresses `host:port` of replicas, one or more; the others are found through them
    /// @throws EphorException.Unreachable where no master answers for 15 seconds
    public static Ephor connect(String... addresses) {
        return builder().connect(addresses);
    }

    /// For a session with options.
    public static EphorBuilder builder() {
        return new EphorBuilder();
    }

    // --- the session ---

    public SessionState state() {
        return session.lease().state();
    }

    /// The listener is told of each change from now on.
    public void onState(Consumer<SessionState> listener) {
        session.stateListeners().add(listener);
    }

    /// How long the session lives for certain, from now on.
    public Duration leaseRemaining() {
        return Duration.ofNanos(session.lease().remaining());
    }

    /// The name of the cell.
    public String cell() {
        return session.cell();
    }

    /// The number that the cell knows this session by.
    public long sessionId() {
        return session.id();
    }

    /// Ends the session: its locks and ephemeral files go at once.
    @Override
    public void close() {
        session.refuseOnLoop();
        Waiting.await(closeAsync(), "close the session");
    }

    public CompletableFuture<Void> closeAsync() {
        return session.close();
    }

    // --- handles ---

    /// Opens an existing node.
    public NodeHandle open(String path) {
        return open(path, OpenOptions.DEFAULT);
    }

    public NodeHandle open(String path, OpenOptions options) {
        return calls.open(this, path, options).await();
    }

    public CompletableFuture<NodeHandle> openAsync(String path, OpenOptions options) {
        return calls.open(this, path, options).start();
    }

    /// Tells the listener of a node's events until the handle is closed. The node must exist.
    public NodeHandle watch(String path, Event.Listener listener, Event.Type... types) {
        return open(path, OpenOptions.DEFAULT.readOnly().watch(listener, types));
    }

    public CompletableFuture<NodeHandle> watchAsync(
            String path, Event.Listener listener, Event.Type... types) {
        return openAsync(path, OpenOptions.DEFAULT.readOnly().watch(listener, types));
    }

    // --- by path ---

    /// Reads a whole file.
    public Contents get(String path) {
        return calls.read(target(path)).await();
    }

    public CompletableFuture<Contents> getAsync(String path) {
        return calls.read(target(path)).start();
    }

    /// Writes a whole file, and makes it where there is none.
    public Stat put(String path, byte[] contents) {
        return put(path, contents, WriteOptions.DEFAULT);
    }

    /// Text as UTF-8.
    public Stat put(String path, String contents) {
        return calls.write(target(path), ByteString.copyFromUtf8(contents), WriteOptions.DEFAULT)
                .await();
    }

    public Stat put(String path, byte[] contents, WriteOptions options) {
        return calls.write(target(path), ByteString.copyFrom(contents), options).await();
    }

    public CompletableFuture<Stat> putAsync(String path, byte[] contents) {
        return putAsync(path, contents, WriteOptions.DEFAULT);
    }

    public CompletableFuture<Stat> putAsync(String path, byte[] contents, WriteOptions options) {
        return calls.write(target(path), ByteString.copyFrom(contents), options).start();
    }

    public Stat stat(String path) {
        return calls.stat(target(path)).await();
    }

    public CompletableFuture<Stat> statAsync(String path) {
        return calls.stat(target(path)).start();
    }

    /// True where there is such a node.
    public boolean exists(String path) {
        try {
            stat(path);
            return true;
        } catch (EphorException.NotFound e) {
            return false;
        }
    }

    /// A directory's children, in order of name. A large one is read in pages, each of which is as
    /// of its own moment.
    public List<Child> list(String path) {
        return Listing.all(calls, target(path));
    }

    public CompletableFuture<List<Child>> listAsync(String path) {
        return Listing.allAsync(calls, target(path));
    }

    /// Makes a directory, and the missing ones above it. Returns false where it was there already.
    public boolean mkdir(String path) {
        return open(path, OpenOptions.CREATE.directory().parents()).created();
    }

    public CompletableFuture<Boolean> mkdirAsync(String path) {
        return openAsync(path, OpenOptions.CREATE.directory().parents())
                .thenApply(NodeHandle::created);
    }

    /// Deletes a node; a directory must be empty.
    public void delete(String path) {
        delete(path, WriteOptions.DEFAULT);
    }

    public void delete(String path, WriteOptions options) {
        calls.delete(target(path), options).await();
    }

    public CompletableFuture<Void> deleteAsync(String path, WriteOptions options) {
        return calls.delete(target(path), options).start().thenApply(done -> null);
    }

    // --- locks by path: the node is made as a permanent file where there is none ---

    /// Waits for the node's lock, for as long as it takes. An interrupt leaves the queue.
    public HeldLock lock(String path, LockMode mode) {
        session.refuseOnLoop();
        return Waiting.await(lockAsync(path, mode), "lock " + path);
    }

    /// Waits for the node's lock; throws [EphorException.LockTimeout] where it is not granted in
    /// time.
    public HeldLock lock(String path, LockMode mode, Duration timeout) {
        session.refuseOnLoop();
        return Waiting.await(lockAsync(path, mode, timeout), "lock " + path);
    }

    /// As [#lock(String, LockMode)]; cancelling the future leaves the queue.
    public CompletableFuture<HeldLock> lockAsync(String path, LockMode mode) {
        return Listing.lock(openForLock(path), handle -> handle.lockAsync(mode));
    }

    /// As [#lock(String, LockMode, Duration)]; cancelling the future leaves the queue.
    public CompletableFuture<HeldLock> lockAsync(String path, LockMode mode, Duration timeout) {
        return Listing.lock(openForLock(path), handle -> handle.lockAsync(mode, timeout));
    }

    /// The node's lock, if it is free now.
    public Optional<HeldLock> tryLock(String path, LockMode mode) {
        NodeHandle handle = open(path, OpenOptions.CREATE.parents());
        Optional<HeldLock> lock = handle.tryLock(mode);
        if (lock.isPresent()) {
            lock.get().ownsHandle();
        } else {
            handle.close();
        }
        return lock;
    }

    /// True while the lock that the sequencer names is held as it says.
    public boolean checkSequencer(String sequencer) {
        return calls.checkSequencer(sequencer).await();
    }

    public CompletableFuture<Boolean> checkSequencerAsync(String sequencer) {
        return calls.checkSequencer(sequencer).start();
    }

    Calls calls() {
        return calls;
    }

    /// The clock that the session goes by.
    long nanoTime() {
        return session.environment().nanoTime();
    }

    private CompletableFuture<NodeHandle> openForLock(String path) {
        return openAsync(path, OpenOptions.CREATE.parents());
    }

    private static Calls.Target target(String path) {
        return new Calls.Target.ByPath(path);
    }

    @Override
    public String toString() {
        return "session " + Long.toUnsignedString(sessionId()) + " with " + cell() + ", " + state();
    }
}
