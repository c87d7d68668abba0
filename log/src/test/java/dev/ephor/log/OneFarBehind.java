package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/// One replica of three was away for so long that the others' logs no longer help it.
abstract class OneFarBehind {
    static final LogSettings SETTINGS =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(8192, 4096)
                    .withSnapshotsEvery(1 << 20, 40)
                    .withTransfers(2000, 100);

    VirtualCell cell;
    Node behind;
    List<String> commands;

    /// For tests to count.
    int pieces;

    /// Two replicas have gone on without the third, and truncated their logs.
    @BeforeEach
    void leaveOneBehind() throws IOException {
        cell = new VirtualCell(3, SETTINGS, 77);
        cell.startAll();
        commands = new ArrayList<>();
        submit(10);
        behind = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        behind.crash();
        submit(400);
        cell.run(200);
        for (Node node : cell.nodes()) {
            if (node.isUp()) {
                assertThat(node.status().logStart()).isGreaterThan(100);
            }
        }
    }

    final void submit(int count) {
        for (int i = 0; i < count; i++) {
            String command = "command " + commands.size();
            cell.submit(command);
            commands.add(command);
        }
    }

    final void assertCaughtUp() {
        cell.await(120_000, () -> behind.application.commands().size() == commands.size());
        assertThat(behind.application.commands()).isEqualTo(commands);
        assertThat(behind.application.timesRestored()).isPositive();
        assertThat(behind.fatal).isNull();
        // And it holds after a restart.
        behind.crash();
        restart(behind);
        submit(5);
        cell.await(30_000, () -> behind.application.commands().size() == commands.size());
        assertThat(behind.application.commands()).isEqualTo(commands);
    }

    static void restart(Node node) {
        try {
            node.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    final boolean isCaughtUp() {
        return behind.isUp() && behind.application.commands().size() == commands.size();
    }

    static boolean isPiece(Frame frame) {
        return frame instanceof Frame.SnapshotPiece piece && !piece.data().isEmpty();
    }

    final int installed() {
        return behind.isUp() ? behind.application.timesRestored() : 0;
    }
}
