package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A replica that is so far behind that the others' logs no longer help is sent a snapshot,
/// whatever happens meanwhile (PML §5.5).
class SnapshotTransferTest extends OneFarBehind {
    private int requests;

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
                        (sent.frame() instanceof Frame.SnapshotPiece
                                        || sent.frame() instanceof Frame.SnapshotRequest)
                                && random.nextInt(100) < 20;
        behind.start();
        assertCaughtUp();
    }

    @Test
    void changedPiecesAreNotTaken() throws IOException {
        cell.change =
                frame ->
                        frame instanceof Frame.SnapshotPiece piece && ++pieces % 5 == 0
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
                    if (frame instanceof Frame.SnapshotPiece piece && ++pieces == 10) {
                        Frame.SnapshotPiece changed = changed(piece, 0);
                        return changed(piece, Crc.of(changed.data().asReadOnlyBuffer()));
                    }
                    return frame;
                };
        behind.start();
        assertCaughtUp();
        assertThat(behind.told).anyMatch(line -> line.contains("fails its checksum"));
    }

    private static Frame.SnapshotPiece changed(Frame.SnapshotPiece piece, int crc) {
        byte[] data = piece.data().toByteArray();
        data[data.length / 2] ^= 1;
        return new Frame.SnapshotPiece(
                piece.instance(),
                piece.size(),
                piece.checksum(),
                piece.offset(),
                crc,
                Bytes.wrap(data));
    }

    /// The sender stops in the middle: another replica is asked.
    @Test
    void survivesTheDeathOfTheSender() throws IOException {
        boolean[] died = {false};
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotPiece && ++pieces == 10) {
                        cell.node(from.number()).crashAfter(0);
                        died[0] = true;
                    }
                    return died[0] && pieces == 10 && sent.frame() instanceof Frame.SnapshotPiece;
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

    /// Newer snapshots appear, and older ones are deleted, while it fetches.
    @Test
    void survivesNewerSnapshots() throws IOException {
        int[] slow = {0};
        cell.lose =
                (from, sent) -> sent.frame() instanceof Frame.SnapshotPiece && ++slow[0] % 3 != 0;
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
                    return from.number() == mute && sent.frame() instanceof Frame.SnapshotPiece;
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
                    if (sent.frame() instanceof Frame.SnapshotPiece) {
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
        assertThat(offsets.stream().filter(offset -> offset > 0))
                .isNotEmpty()
                .allMatch(offset -> offset >= 15 * 100);
        restart(cell.node(third));
        assertCaughtUp();
    }

    /// The sender stops in the middle, and another has the same snapshot: it sends the rest.
    @Test
    void anotherReplicaSendsTheRest() throws IOException {
        int[] sender = {0};
        List<Long> rest = new ArrayList<>();
        cell.lose =
                (from, sent) -> {
                    if (isPiece(sent.frame())) {
                        if (++pieces == 20) {
                            sender[0] = from.number();
                            cell.node(sender[0]).crashAfter(0);
                        }
                        if (sender[0] != 0 && from.number() != sender[0]) {
                            rest.add(((Frame.SnapshotPiece) sent.frame()).offset());
                        }
                        return from.number() == sender[0];
                    }
                    return false;
                };
        behind.start();
        cell.await(60_000, () -> sender[0] != 0 && installed() > 0);
        assertThat(rest).isNotEmpty().allMatch(offset -> offset >= 15 * 100);
        if (!cell.node(sender[0]).isUp()) {
            restart(cell.node(sender[0]));
        }
        cell.lose = (from, sent) -> false;
        assertCaughtUp();
    }

    /// What was fetched before the receiver stopped is not fetched again, as far as whole blocks of
    /// the file go.
    @Test
    void goesOnAfterARestartOfTheReceiver() throws IOException {
        for (int i = 0; i < 120; i++) {
            String command = "x".repeat(4000) + i;
            cell.submit(command);
            commands.add(command);
        }
        cell.use(SETTINGS.withTransfers(2000, 4000));
        cell.lose = (from, sent) -> isPiece(sent.frame()) && ++pieces > 100;
        behind.start();
        cell.await(60_000, () -> pieces > 100);
        cell.run(500);
        behind.crashKeepingWrites();
        List<Long> offsets = new ArrayList<>();
        cell.lose =
                (from, sent) -> {
                    if (sent.frame() instanceof Frame.SnapshotRequest request
                            && request.length() > 0) {
                        offsets.add(request.offset());
                    }
                    return false;
                };
        behind.start();
        cell.await(60_000, () -> installed() > 0);
        assertThat(offsets).isNotEmpty().allMatch(offset -> offset > 5 * (64 << 10));
        assertCaughtUp();
    }

    /// What was not safely written is told from what was.
    @Test
    void whatACrashLeftOfAPieceIsFetchedAgain() throws IOException {
        cell.lose = (from, sent) -> isPiece(sent.frame()) && ++pieces > 30;
        behind.start();
        cell.await(60_000, () -> pieces > 30);
        behind.crash();
        cell.lose = (from, sent) -> false;
        behind.start();
        assertCaughtUp();
        assertThat(behind.told).noneMatch(line -> line.contains("fails its checksum"));
    }
}
