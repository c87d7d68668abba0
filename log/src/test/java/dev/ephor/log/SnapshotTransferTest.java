package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A replica that is so far behind that the others' logs no longer help is sent a snapshot,
/// whatever happens meanwhile (PML §5.5).
class SnapshotTransferTest {
    private static final LogSettings SETTINGS =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(8192, 4096)
                    .withSnapshotsEvery(1 << 20, 40)
                    .withTransfers(2000, 100);

    private VirtualCell cell;
    private Node behind;
    private List<String> commands;
    private int pieces;
    private int requests;

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

    private void submit(int count) {
        for (int i = 0; i < count; i++) {
            String command = "command " + commands.size();
            cell.submit(command);
            commands.add(command);
        }
    }

    private void assertCaughtUp() {
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

    private static void restart(Node node) {
        try {
            node.start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fetchesASnapshotAndThenTheRestOfTheLog() throws IOException {
        behind.start();
        assertCaughtUp();
        assertThat(behind.told).anyMatch(line -> line.contains("snapshot installed"));
    }

    @Test
    void survivesLostPieces() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        cell.lose =
                (from, sent) ->
                        (sent.frame() instanceof Frame.SnapshotChunk
                                        || sent.frame() instanceof Frame.SnapshotRequest)
                                && random.nextInt(100) < 20;
        behind.start();
        assertCaughtUp();
    }

    @Test
    void changedPiecesAreNotTaken() throws IOException {
        cell.change =
                frame ->
                        frame instanceof Frame.SnapshotChunk piece && ++pieces % 5 == 0
                                ? changed(piece, piece.crc())
                                : frame;
        behind.start();
        assertCaughtUp();
        assertThat(pieces).isGreaterThan(20);
    }

    /// Nor a snapshot that was damaged where it came from.
    @Test
    void aChangedSnapshotIsNotInstalled() throws IOException {
        cell.change =
                frame -> {
                    if (frame instanceof Frame.SnapshotChunk piece && ++pieces == 10) {
                        Frame.SnapshotChunk changed = changed(piece, 0);
                        return changed(piece, Crc.of(changed.data().asReadOnlyBuffer()));
                    }
                    return frame;
                };
        behind.start();
        assertCaughtUp();
        assertThat(behind.told).anyMatch(line -> line.contains("fails its checksum"));
    }

    private static Frame.SnapshotChunk changed(Frame.SnapshotChunk piece, int crc) {
        byte[] data = piece.data().toByteArray();
        data[data.length / 2] ^= 1;
        return new Frame.SnapshotChunk(
                piece.instance(), piece.size(), piece.offset(), crc, Bytes.wrap(data));
    }

    /// The sender stops in the middle: another replica is asked.
    @Test
    void survivesTheDeathOfTheSender() throws IOException {
        boolean[] died = {false};
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotChunk && ++pieces == 10) {
                        cell.node(from.number()).crashAfter(0);
                        died[0] = true;
                    }
                    return died[0] && pieces == 10 && sent.frame() instanceof Frame.SnapshotChunk;
                };
        behind.start();
        cell.await(60_000, () -> died[0]);
        cell.run(100);
        for (Node node : cell.nodes()) {
            if (!node.isUp()) {
                restart(node);
            }
        }
        assertCaughtUp();
    }

    /// The receiver stops in the middle, at any operation of its disk, and begins again.
    @Test
    void survivesTheDeathOfTheReceiver() throws IOException {
        for (int at = 1; at < 60; at += 3) {
            behind.crashAfter(at);
            try {
                behind.start();
                cell.await(60_000, () -> !behind.isUp() || isCaughtUp());
            } catch (MemoryDisk.Crash e) {
                assertThat(behind.isUp()).isTrue();
            }
            if (isCaughtUp()) {
                break;
            }
            if (behind.isUp()) {
                behind.crash();
            }
            submit(20);
        }
        if (!behind.isUp()) {
            behind.start();
        }
        assertCaughtUp();
    }

    private boolean isCaughtUp() {
        return behind.isUp() && behind.application.commands().size() == commands.size();
    }

    /// Newer snapshots appear, and older ones are deleted, while it fetches.
    @Test
    void survivesNewerSnapshots() throws IOException {
        int[] slow = {0};
        cell.lose =
                (from, sent) -> sent.frame() instanceof Frame.SnapshotChunk && ++slow[0] % 3 != 0;
        behind.start();
        for (int i = 0; i < 10; i++) {
            submit(50);
            cell.run(1_000);
        }
        cell.lose = (from, sent) -> false;
        assertCaughtUp();
    }

    /// The replica that is asked does not answer; after a while somebody else is asked.
    @Test
    void givesUpOnWhoDoesNotAnswer() throws IOException {
        int mute = cell.awaitMaster().status().self().number();
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotRequest) {
                        requests++;
                    }
                    return from.number() == mute && sent.frame() instanceof Frame.SnapshotChunk;
                };
        behind.start();
        assertCaughtUp();
        assertThat(requests).isPositive();
    }

    /// Goes on where it was, if it is the same replica that is asked again.
    @Test
    void resumesWhereItWas() throws IOException {
        int[] sender = {0};
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotChunk) {
                        sender[0] = from.number();
                        return ++pieces > 20;
                    }
                    return false;
                };
        behind.start();
        cell.await(60_000, () -> pieces > 20);
        int third = 6 - sender[0] - behind.status().self().number();
        cell.node(third).crash();
        cell.await(
                60_000,
                () -> behind.told.stream().anyMatch(line -> line.contains("does not answer")));
        List<Long> offsets = new ArrayList<>();
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotRequest request) {
                        offsets.add(request.offset());
                    }
                    return false;
                };
        cell.await(60_000, () -> behind.application.commands().size() == commands.size());
        assertThat(offsets).isNotEmpty().allMatch(offset -> offset >= 15 * 100);
        restart(cell.node(third));
        assertCaughtUp();
    }
}
