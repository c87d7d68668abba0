package dev.ephor.database;

import dev.ephor.log.Application;
import dev.ephor.log.MalformedException;
import dev.ephor.log.Mastership;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.InvariantViolation;
import java.io.IOException;
import java.io.InputStream;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// A replica of the fault-tolerant database (PML §5.6): the application that the log drives, and
/// the front that its users hold.
///
/// To put one together: make it, open a `ReplicatedLog` with it as the application, and [#attach]
/// the log. [EmbeddedDatabase] does this in one call.
///
/// Operations ([#execute] and its short forms) may be called on any thread, at the master, and
/// their futures complete on the loop executor. They fail as submitting to the log does: see
/// `dev.ephor.log.LogException`.
public final class Database implements Application<MultiOpResult>, Proposer {
    private final DatabaseLimits limits;
    private final DatabaseListener listener;

    /// Written on the loop; every value is complete, so that any thread may read it.
    private volatile DatabaseState state = DatabaseState.EMPTY;

    /// This replica's reign, while it is master. Written on the loop.
    private volatile @Nullable Mastership mastership;

    private volatile @Nullable Submitter submitter;

    /// What the next proposal of this reign has as its position. Loop only.
    private long nextPosition = 1;

    public Database(DatabaseLimits limits, DatabaseListener listener) {
        this.limits = limits;
        this.listener = listener;
    }

    /// Where operations go from here on. Once.
    ///
    /// @param loop the log's loop executor: if this replica has become master already, the listener
    ///   is told of it there, now that it can propose
    public void attach(Submitter log, Executor loop) {
        loop.execute(() -> {
            Check.that(submitter == null, "a database has one log");
            submitter = log;
            Mastership reign = mastership;
            if (reign != null) {
                listener.masterStarted(reign);
            }
        });
    }

    /// Runs a MultiOp. At the master only; elsewhere it fails, without effect.
    ///
    /// It has no effect, and says so with [MultiOpResult.EpochPassed], if mastership changes before
    /// it gets its place in the log, even if the same replica is master again (PML §5.3). A MultiOp
    /// over the limits fails with an [IllegalArgumentException].
    public CompletableFuture<MultiOpResult> execute(MultiOp multiOp) {
        Submitter log = submitter;
        if (log == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the database has no log yet: attach one"));
        }
        Mastership reign = mastership;
        long epoch = reign != null ? reign.epoch() : state.epoch().number();
        return submit(log, new Command(epoch, 0, multiOp));
    }

    @Override
    public CompletableFuture<MultiOpResult> propose(MultiOp multiOp) {
        Submitter log = submitter;
        Mastership reign = mastership;
        if (log == null || reign == null) {
            throw new InvariantViolation("proposals are made while master");
        }
        CompletableFuture<MultiOpResult> result =
                submit(log, new Command(reign.epoch(), nextPosition, multiOp));
        if (!result.isCompletedExceptionally()) {
            nextPosition++;
        }
        return result;
    }

    private CompletableFuture<MultiOpResult> submit(Submitter log, Command command) {
        try {
            limits.check(command.multiOp());
            Bytes encoded = command.encode();
            limits.checkEncoded(encoded);
            return log.submit(encoded);
        } catch (IllegalArgumentException tooLarge) {
            return CompletableFuture.failedFuture(tooLarge);
        }
    }

    @Override
    public void stepDown(String why) {
        Submitter log = submitter;
        if (log != null) {
            log.stepDown(why);
        }
    }

    /// Gives the row this value. The future gets the value that it had before.
    public CompletableFuture<Optional<Bytes>> insert(String key, Bytes value) {
        return execute(MultiOp.insert(key, value)).thenApply(Database::before);
    }

    /// Removes the row. The future gets the value that it had.
    public CompletableFuture<Optional<Bytes>> delete(String key) {
        return execute(MultiOp.delete(key)).thenApply(Database::before);
    }

    /// Puts `update` where `expected` is. The future gets whether it was.
    public CompletableFuture<Boolean> compareAndSwap(String key, Bytes expected, Bytes update) {
        return execute(MultiOp.compareAndSwap(key, expected, update))
                .thenApply(result -> applied(result).guardsHeld());
    }

    /// The row as it is now, without asking the other replicas (PML §5.2).
    ///
    /// @throws NoLeaseException as [#read]
    public Optional<Bytes> lookup(String key) {
        return read().lookup(key);
    }

    /// The rows from `from` (inclusive) to `to` (exclusive) as they are now, in order.
    ///
    /// @throws NoLeaseException as [#read]
    public NavigableMap<String, Bytes> range(String from, String to) {
        return read().range(from, to);
    }

    /// The newest state of the whole cell: it has the effect of every operation that anybody was
    /// told of before this call.
    ///
    /// @throws NoLeaseException this replica does not know, because it does not hold the lease
    public DatabaseState read() {
        Mastership reign = mastership;
        DatabaseState current = state;
        // In this order: the lease, asked last, says that the state was the newest when it was
        // taken.
        if (reign == null || !reign.leaseValid()) {
            throw new NoLeaseException();
        }
        return current;
    }

    /// The newest state that is applied here: some consistent state of the past at any replica.
    @Override
    public DatabaseState state() {
        return state;
    }

    @Override
    public MultiOpResult apply(long instance, Bytes command) {
        DatabaseState.Step step;
        try {
            step = state.apply(instance, Command.decode(command));
        } catch (MalformedException malformed) {
            step =
                    new DatabaseState.Step(
                            state.withInstance(instance),
                            new MultiOpResult.Malformed(String.valueOf(malformed.getMessage())));
        }
        state = step.state();
        listener.applied(instance, step.result());
        return step.result();
    }

    @Override
    public void applied(long instance) {
        state = state.withInstance(instance);
    }

    @Override
    public void epochChanged(Epoch epoch) {
        state = state.withEpoch(epoch);
        listener.epochChanged(epoch);
    }

    @Override
    public void masterStarted(Mastership reign) {
        Check.that(reign.epoch() == state.epoch().number(), "a master's epoch is applied");
        nextPosition = 1;
        mastership = reign;
        if (submitter != null) {
            listener.masterStarted(reign);
        }
    }

    @Override
    public void masterStopped() {
        mastership = null;
        if (submitter != null) {
            listener.masterStopped();
        }
    }

    @Override
    public OptionalLong checksum() {
        return OptionalLong.of(state.checksum());
    }

    @Override
    public SnapshotWriter snapshot() {
        DatabaseState held = state;
        return out -> Snapshots.write(held, out);
    }

    @Override
    public Object read(SnapshotHandle handle, InputStream in) throws IOException {
        return Snapshots.read(handle, in);
    }

    @Override
    public void restore(SnapshotHandle handle, Object restored) {
        DatabaseState replacement = (DatabaseState) restored;
        Check.that(
                replacement.instance() == handle.instance(),
                "a snapshot is restored under its own handle");
        state = replacement;
        listener.replaced(replacement);
    }

    private static Optional<Bytes> before(MultiOpResult result) {
        return applied(result).before().getFirst();
    }

    private static MultiOpResult.Applied applied(MultiOpResult result) {
        return switch (result) {
            case MultiOpResult.Applied applied -> applied;
            case MultiOpResult.EpochPassed(long current) -> throw new EpochPassedException(current);
            case MultiOpResult.Malformed(String why) -> throw new MalformedException(why);
        };
    }
}
