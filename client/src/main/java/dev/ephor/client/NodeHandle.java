package dev.ephor.client;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// An open node (Chubby §2.3): it names the very node that was opened, so that a file of the same
/// name that was made later is not taken for it ([EphorException.HandleInvalid] instead). It stays
/// good over fail-overs. A session has its own; closing one lets its ephemeral file go, if nobody
/// else has it open, and gives its lock back.
///
/// Each call waits for its result; its `Async` twin returns at once. Thread-safe.
public final class NodeHandle implements AutoCloseable {
    private final Ephor ephor;
    private final OpenHandle handle;
    private final boolean created;
    private final Stat statAtOpen;

    NodeHandle(Ephor ephor, OpenHandle handle, boolean created, Stat statAtOpen) {
        this.ephor = ephor;
        this.handle = handle;
        this.created = created;
        this.statAtOpen = statAtOpen;
    }

    public String path() {
        return handle.path();
    }

    /// True where opening made the node.
    public boolean created() {
        return created;
    }

    /// The metadata as it was when the node was opened.
    public Stat statAtOpen() {
        return statAtOpen;
    }

    // --- contents and metadata ---

    public Contents read() {
        return calls().read(target()).await();
    }

    public CompletableFuture<Contents> readAsync() {
        return calls().read(target()).start();
    }

    public Stat stat() {
        return calls().stat(target()).await();
    }

    public CompletableFuture<Stat> statAsync() {
        return calls().stat(target()).start();
    }

    /// The directory's children, in order of name. A large directory is read in pages, each of
    /// which is as of its own moment.
    public List<Child> list() {
        return Listing.all(calls(), target());
    }

    public CompletableFuture<List<Child>> listAsync() {
        return Listing.allAsync(calls(), target());
    }

    public Stat write(byte[] contents) {
        return write(contents, WriteOptions.DEFAULT);
    }

    /// Text as UTF-8.
    public Stat write(String contents) {
        return calls().write(target(), ByteString.copyFromUtf8(contents), WriteOptions.DEFAULT)
                .await();
    }

    public Stat write(byte[] contents, WriteOptions options) {
        return calls().write(target(), ByteString.copyFrom(contents), options).await();
    }

    public CompletableFuture<Stat> writeAsync(byte[] contents) {
        return writeAsync(contents, WriteOptions.DEFAULT);
    }

    public CompletableFuture<Stat> writeAsync(byte[] contents, WriteOptions options) {
        return calls().write(target(), ByteString.copyFrom(contents), options).start();
    }

    /// Deletes the node; a directory must be empty.
    public void delete() {
        delete(WriteOptions.DEFAULT);
    }

    public void delete(WriteOptions options) {
        calls().delete(target(), options).await();
    }

    public CompletableFuture<Void> deleteAsync(WriteOptions options) {
        return calls().delete(target(), options).start().thenApply(done -> null);
    }

    /// From here on every write and delete through this handle is refused unless the sequencer's
    /// lock is held as it says (Chubby §2.6).
    public void setSequencer(String sequencer) {
        calls().setSequencer(handle, sequencer).await();
    }

    public CompletableFuture<Void> setSequencerAsync(String sequencer) {
        return calls().setSequencer(handle, sequencer).start().thenApply(done -> null);
    }

    // --- events ---

    /// Opens the node once more and tells the listener of its events until that handle is closed.
    public NodeHandle watch(Event.Listener listener, Event.Type... types) {
        return ephor.watch(path(), listener, types);
    }

    // --- locks ---

    /// Waits for the lock, for as long as it takes. An interrupt leaves the queue.
    public HeldLock lock(LockMode mode) {
        return AcquireCall.waiting(handle, mode, 0).await();
    }

    /// Waits for the lock; throws [EphorException.LockTimeout] where it is not granted in time.
    public HeldLock lock(LockMode mode, Duration timeout) {
        return AcquireCall.waiting(handle, mode, limit(timeout)).await();
    }

    /// As [#lock(LockMode)]; cancelling the future leaves the queue.
    public CompletableFuture<HeldLock> lockAsync(LockMode mode) {
        return AcquireCall.waiting(handle, mode, 0).start();
    }

    /// As [#lock(LockMode, Duration)]; cancelling the future leaves the queue.
    public CompletableFuture<HeldLock> lockAsync(LockMode mode, Duration timeout) {
        return AcquireCall.waiting(handle, mode, limit(timeout)).start();
    }

    /// The lock, if it is free now (and no lock-delay runs).
    public Optional<HeldLock> tryLock(LockMode mode) {
        return AcquireCall.trying(handle, mode).await();
    }

    public CompletableFuture<Optional<HeldLock>> tryLockAsync(LockMode mode) {
        return AcquireCall.trying(handle, mode).start();
    }

    // --- the end ---

    /// Fails what waits for this handle in other threads, and whatever is asked of it later,
    /// without closing it (Chubby §2.6, Poison).
    public void poison() {
        handle.session().environment().loop().execute(handle::poison);
    }

    @Override
    public void close() {
        handle.session().refuseOnLoop();
        Waiting.await(closeAsync(), "close " + path());
    }

    /// Whoever waits for the lock through this handle gets [EphorException.HandleInvalid]. Never
    /// fails because the session is over: then there is nothing left to close.
    public CompletableFuture<Void> closeAsync() {
        return Listing.ignoringTheEnd(calls().close(handle).start());
    }

    OpenHandle openHandle() {
        return handle;
    }

    private static long limit(Duration timeout) {
        return Math.max(1, Times.nanos(timeout, "time-out"));
    }

    private Calls calls() {
        return ephor.calls();
    }

    private Calls.Target target() {
        return new Calls.Target.ByHandle(handle);
    }

    @Override
    public String toString() {
        return "handle of " + path();
    }
}
