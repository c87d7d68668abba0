package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A replica of a fault-tolerant log (PML §3): commands that are submitted at the master are given
/// to the [Application] of every replica, in the same order, and none is lost.
///
/// Methods may be called on any thread; futures complete on the environment's loop executor.
///
/// @param <R> what applying a command gives
public final class ReplicatedLog<R> implements AutoCloseable {
    /// The longest note.
    public static final int NOTE_BYTES = 1024;

    private static final long HAND_OVER_PATIENCE = 1_000_000_000L;

    private final Environment environment;
    private final Lifecycle<R> lifecycle;
    private final MemoryUse memory;
    private final CompletableFuture<@Nullable Void> closed;

    private ReplicatedLog(
            Environment environment,
            Lifecycle<R> lifecycle,
            MemoryUse memory,
            CompletableFuture<@Nullable Void> closed) {
        this.environment = environment;
        this.lifecycle = lifecycle;
        this.memory = memory;
        this.closed = closed;
    }

    /// Reads what the disk holds (on the calling thread), brings the application to that state, and
    /// starts to take part in the cell.
    ///
    /// Where the disk is empty, or lost what was safely on it, what is left of it is set aside in a
    /// folder of the data directory, and the replica asks the cell to be let in anew: it comes back
    /// under its next incarnation, learns, and votes again once it has caught up, by itself (PML
    /// §5.1). [#status] says so meanwhile.
    ///
    /// @throws WrongDiskException the disk is that of another cell or replica, or of a later
    ///   format; nothing was changed
    /// @throws IOException the disk cannot be used
    public static <R> ReplicatedLog<R> open(
            Seat seat, LogSettings settings, Environment environment, Application<R> application)
            throws IOException {
        Collection<PeerEntry> known = PeerCodec.load(environment.disk(), seat.cell());
        Opening opening = Opening.read(seat, settings, environment, application);
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        MemoryUse memory = new MemoryUse(settings);
        Lifecycle<R> lifecycle =
                new Lifecycle<>(
                        seat,
                        settings,
                        environment,
                        application,
                        memory,
                        known,
                        opening.status(seat),
                        () -> closed.complete(null));
        environment.loop().execute(() -> lifecycle.begin(opening));
        return new ReplicatedLog<>(environment, lifecycle, memory, closed);
    }

    /// Submits a command. The future gets what applying it at this replica gave, once it is chosen
    /// and applied; or one of
    /// - [NotMasterException], [RemovedException], [OverloadedException]: never proposed, hence
    ///   without effect;
    /// - [NotChosenException]: proposed, and certainly without effect;
    /// - [OutcomeUnknownException]: the replica closed, or was removed from the cell, or a snapshot
    ///   was installed over it, before the outcome was known; or it follows another coordinator,
    ///   and nothing was chosen there for two lease times.
    ///
    /// It waits as long as it may hear the outcome: a master that lost its majority does not know.
    /// What waits is bounded ([LogSettings#pendingBytes]): beyond that the future has failed with
    /// [OverloadedException] when this returns.
    public CompletableFuture<R> submit(Bytes command) {
        if (!memory.admit(command.length())) {
            return CompletableFuture.failedFuture(new OverloadedException());
        }
        CompletableFuture<R> future = new CompletableFuture<>();
        onLoop(
                started -> started.submit(command, future),
                () -> {
                    memory.settled(command.length());
                    refuse(future);
                });
        return future;
    }

    MemoryUse memory() {
        return memory;
    }

    /// What this replica knows, as of its last tick.
    public ReplicaStatus status() {
        return lifecycle.status();
    }

    /// Where the replicas of the cell are, by number, as each said last; only those that this
    /// replica has heard of.
    public SortedMap<Integer, Endpoint> endpoints() {
        return lifecycle.endpoints();
    }

    /// Lets one more replica in: it must have been started, on an empty disk. The future completes
    /// when that is chosen; the replica learns then, and votes as soon as it has caught up, whoever
    /// is master by that time. It fails with
    /// - [NotMasterException], [RemovedException]: ask another one;
    /// - [MembershipException]: it cannot be, and why.
    ///
    /// What is done already is done: asking again, here or at another master, goes on from there.
    public CompletableFuture<Membership> addReplica(int number) {
        return change(new MemberChange.Add(number));
    }

    /// Ends a replica's membership, whether it votes or learns still; fails as [#addReplica]. A
    /// master that removes itself hands over first: the future then fails with
    /// [NotMasterException], and is to be asked for there.
    public CompletableFuture<Membership> removeReplica(int number) {
        return change(new MemberChange.Remove(number));
    }

    /// Lets a replica in to take the place of another: it learns, and one change makes it vote and
    /// the other one leave. Completes, and fails, as [#addReplica].
    public CompletableFuture<Membership> replaceReplica(int number, int by) {
        return change(new MemberChange.Replace(number, by));
    }

    private CompletableFuture<Membership> change(MemberChange change) {
        CompletableFuture<Membership> future = new CompletableFuture<>();
        onLoop(started -> started.change(change, future), () -> refuse(future));
        return future;
    }

    /// Hands mastership over, to the replica with this number or else to the one that is the
    /// furthest. The future completes when this replica's reign is over; it fails with a
    /// [MembershipException] where it goes on, and with [NotMasterException] where there was none.
    public CompletableFuture<@Nullable Void> transferMastership(Optional<Integer> to, String why) {
        CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
        onLoop(started -> started.transfer(to, why, future), () -> refuse(future));
        return future;
    }

    /// Before this replica stops: hands mastership over, so that another one is master at once, or
    /// gives it up where nobody can follow within a second. Completes then, soon where this replica
    /// is not master, and says whether mastership was handed over. Never fails.
    public CompletableFuture<Boolean> handOver(String why) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        Environment.Timer patience =
                environment.schedule(HAND_OVER_PATIENCE, () -> over.complete(false));
        transferMastership(Optional.empty(), why)
                .whenComplete((done, failure) -> over.complete(failure == null));
        return over.thenApply(handedOver -> {
            patience.cancel();
            stepDown(why);
            return handedOver;
        });
    }

    /// Says something to another replica, beside the log: to whoever listens there ([#onNote]). It
    /// may be lost, arrive late or twice, and goes nowhere while this replica does not take part.
    ///
    /// @param note at most [#NOTE_BYTES] long
    public void tell(ReplicaId to, Bytes note) {
        if (note.length() > NOTE_BYTES) {
            throw new IllegalArgumentException("a note of " + note.length() + " bytes is too long");
        }
        onLoop(
                started ->
                        environment
                                .network()
                                .send(List.of(to), FrameCodec.encode(new Frame.Note(note))),
                () -> {});
    }

    /// From now on `listener` hears, on the loop, what other replicas [#tell] this one, while it
    /// takes part. It must expect anything: they may be of another release.
    public void onNote(BiConsumer<ReplicaId, Bytes> listener) {
        lifecycle.onNote(listener);
    }

    /// Takes a snapshot now, beside the running operations. Fails with an [IOException] where it
    /// cannot be written, which costs nothing.
    public CompletableFuture<SnapshotHandle> takeSnapshot() {
        CompletableFuture<SnapshotHandle> future = new CompletableFuture<>();
        onLoop(
                started -> started.takeSnapshot(future),
                () ->
                        future.completeExceptionally(
                                new IOException("this replica does not take part yet")));
        return future;
    }

    /// Gives mastership up, if this replica has it, so that another can have it at once.
    public void stepDown(String why) {
        onLoop(started -> started.stepDown(why), () -> {});
    }

    /// Stops taking part. What was submitted and is undecided fails with [OutcomeUnknownException].
    /// The environment is its maker's to close.
    @Override
    public void close() {
        environment.loop().execute(lifecycle::close);
    }

    /// Completes, on the disk executor, when everything is on disk after [#close].
    public CompletableFuture<@Nullable Void> closed() {
        return closed;
    }

    private void refuse(CompletableFuture<?> future) {
        future.completeExceptionally(new NotMasterException(lifecycle.status().master()));
    }

    /// Does the one where this replica takes part, and the other where it does not yet.
    private void onLoop(Consumer<LogLoop<R>> task, Runnable otherwise) {
        environment
                .loop()
                .execute(() -> {
                    LogLoop<R> running = lifecycle.loop();
                    if (running == null) {
                        otherwise.run();
                    } else {
                        task.accept(running);
                    }
                });
    }
}
