package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a snapshot is due, and what one that was fetched changes about it (PML §5.5).
class SnapshotKeeperTest {
    private static final long EVERY = 100;

    private SnapshotKeeper keeper;

    @BeforeEach
    void open() throws IOException {
        VirtualCell cell = new VirtualCell(1, LogSettings.DEFAULT, 22);
        cell.node(1).start();
        Environment world = Objects.requireNonNull(cell.node(1).world);
        keeper =
                new SnapshotKeeper(
                        world,
                        LogSettings.DEFAULT.withSnapshotsEvery(1 << 20, EVERY),
                        new SnapshotStore(world, Identity.load(world.disk(), "test", 1)),
                        ReplicaId.of(1),
                        0,
                        () -> {
                            throw new AssertionError("nothing is to be written");
                        },
                        reach -> {});
    }

    private static SnapshotHandle handle(long instance) {
        return new SnapshotHandle(instance, Membership.of(ReplicaId.of(1)), Epoch.NONE);
    }

    /// The values up to there came sooner. It is on disk all the same, and others may have it.
    @Test
    void aFetchedSnapshotThatComesTooLateIsKnownButPutsOffNone() {
        assertThat(keeper.isDueAfter(150, 1)).isTrue();

        keeper.fetched(handle(120), false);

        assertThat(keeper.newestInstance()).isEqualTo(120);
        CompletableFuture<SnapshotHandle> asked = new CompletableFuture<>();
        keeper.ask(handle(120), asked);
        assertThat(asked).isCompletedWithValue(handle(120));
        assertThat(keeper.isDueAfter(199, 1)).isFalse();
        assertThat(keeper.isDueAfter(200, 1)).isTrue();
    }

    @Test
    void oneThatBecomesTheStateIsTheBeginningOfWhatIsCounted() {
        assertThat(keeper.isDueAfter(99, (1 << 20) - 1)).isFalse();

        keeper.fetched(handle(250), true);

        assertThat(keeper.newestInstance()).isEqualTo(250);
        assertThat(keeper.isDueAfter(251, 1)).isFalse();
        assertThat(keeper.isDueAfter(300, 1)).isTrue();
    }

    @Test
    void anOlderOneChangesNothing() {
        keeper.fetched(handle(250), true);
        keeper.fetched(handle(200), false);

        assertThat(keeper.newestInstance()).isEqualTo(250);
    }
}
