package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who sends a snapshot, which one, and how fast (PML §5.5).
class SnapshotServingTest extends OneFarBehind {
    /// The master has enough to do.
    @Test
    void whoIsNotMasterIsAskedFirst() throws IOException {
        int master = cell.awaitMaster().status().self().number();
        List<Integer> senders = new ArrayList<>();
        cell.lose =
                (from, sent) -> {
                    if (isPiece(sent.frame())) {
                        senders.add(from.number());
                    }
                    return false;
                };
        behind.start();
        assertCaughtUp();
        assertThat(senders).isNotEmpty().doesNotContain(master);
    }

    /// Replicas take their snapshots after the same instances, whenever they write them.
    @Test
    void snapshotsAreOfTheSameInstances() {
        List<String> files = new ArrayList<>();
        for (Node node : cell.nodes()) {
            if (node.isUp()) {
                files.add(
                        String.join(
                                " ",
                                node.disk.list().stream()
                                        .filter(SnapshotFile::isSnapshot)
                                        .toList()));
            }
        }
        assertThat(files).hasSize(2).doesNotContain("");
        assertThat(files.get(0)).isEqualTo(files.get(1));
    }

    /// Snapshots appear faster than one is fetched. The one that is being fetched stays, and the
    /// log after it: it needs not be done twice.
    @Test
    void theLogAfterALentSnapshotIsKept() throws IOException {
        boolean[] slow = {true};
        cell.lose = (from, sent) -> slow[0] && isPiece(sent.frame()) && ++pieces > 10;
        behind.start();
        cell.await(60_000, () -> pieces > 10);
        List<Long> fetched = new ArrayList<>();
        submit(200);
        cell.lose =
                (from, sent) -> {
                    if (isPiece(sent.frame())) {
                        fetched.add(((Frame.SnapshotPiece) sent.frame()).instance());
                    }
                    return false;
                };
        assertCaughtUp();
        assertThat(fetched.stream().distinct()).hasSize(1);
    }

    /// All that is sent of snapshots, to whomever, is no faster than it may be.
    @Test
    void piecesLeaveNoFasterThanTheyMay() throws IOException {
        cell.nodes().forEach(Node::crash);
        cell.use(SETTINGS.withSnapshotRate(1000));
        cell.startAll();
        long[] first = {0};
        long[] last = {0};
        long[] bytes = {0};
        cell.lose =
                (from, sent) -> {
                    if (isPiece(sent.frame())) {
                        first[0] = first[0] == 0 ? cell.now() : first[0];
                        last[0] = cell.now();
                        bytes[0] += ((Frame.SnapshotPiece) sent.frame()).data().length();
                    }
                    return false;
                };
        cell.await(60_000, () -> installed() > 0);
        assertThat(bytes[0]).isGreaterThan(4000);
        double seconds = (last[0] - first[0]) / 1e9;
        assertThat(bytes[0] / seconds).isBetween(800.0, 1100.0);
        assertCaughtUp();
    }
}
