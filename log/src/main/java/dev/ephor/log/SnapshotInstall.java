package dev.ephor.log;

import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Puts a snapshot that was fetched in the place of the application's state. Confined to the loop.
final class SnapshotInstall implements SnapshotFetch.Sources, SnapshotFetch.Outcome {
    private final Environment environment;
    private final Applier<?> applier;
    private final SnapshotStore store;
    private final SnapshotKeeper keeper;
    private final LogWriter writer;
    private final ReplicaView view;
    private final Consumer<Input> step;
    private final LongPredicate covered;

    /// @param covered told that the log begins after this instance; false where the replica stopped
    SnapshotInstall(
            Environment environment,
            Applier<?> applier,
            SnapshotStore store,
            SnapshotKeeper keeper,
            LogWriter writer,
            ReplicaView view,
            Consumer<Input> step,
            LongPredicate covered) {
        this.environment = environment;
        this.applier = applier;
        this.store = store;
        this.keeper = keeper;
        this.writer = writer;
        this.view = view;
        this.step = step;
        this.covered = covered;
    }

    @Override
    public List<ReplicaId> inOrder(ReplicaId first, @Nullable ReplicaId last) {
        return SnapshotOffers.inOrder(
                view.members().everybody(),
                view.self(),
                first,
                view.master(),
                last,
                environment.random());
    }

    @Override
    public long above() {
        return applier.applied();
    }

    /// The snapshot is on disk. Before it counts, the log says that nothing of what it held up to
    /// there is of use any more: some of it may never have been chosen.
    @Override
    public void fetched(Loaded loaded, long size) {
        store.put(loaded.handle().instance(), size);
        writer.truncate(
                loaded.handle().instance(), true, (begins, base) -> install(loaded, begins));
    }

    @Override
    public void failed(String why) {
        environment.reporter().warn("the snapshot was not fetched: " + why);
        step.accept(new Input.SnapshotFailed());
    }

    /// Another replica may have an earlier one. Until then this one votes and is behind.
    @Override
    public void ofLaterFormat(String what) {
        failed(what);
    }

    private void install(Loaded loaded, long begins) {
        SnapshotHandle handle = loaded.handle();
        boolean newer = handle.instance() > applier.applied();
        if (newer) {
            step.accept(new Input.StepDown("a snapshot replaces the state"));
        }
        if (!covered.test(begins)) {
            return;
        }
        if (newer) {
            applier.installed(handle, loaded.state());
            environment.reporter().info("snapshot installed at instance " + handle.instance());
        }
        keeper.fetched(handle, newer);
        store.deleteBelow(handle.instance());
        step.accept(new Input.SnapshotInstalled(handle.instance(), handle.membership()));
    }
}
