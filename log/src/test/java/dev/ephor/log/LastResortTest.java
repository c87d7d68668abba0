package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A majority of the disks is lost: one that is left becomes the cell, and the others join it.
class LastResortTest {
    private static final LogSettings SMALL =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(8192, 1024)
                    .withTransfers(400, 256);

    private static LastResort examine(Node node, LogSettings settings) throws IOException {
        return LastResort.examine(
                node.disk, Seat.of("test", node.number), settings, new TestLog.Told());
    }

    @Test
    void oneDiskThatIsLeftBecomesTheCell() throws IOException {
        for (long every : List.of(40L, 100_000L)) {
            LogSettings settings = SMALL.withSnapshotsEvery(1 << 20, every);
            VirtualCell cell = new VirtualCell(3, settings, every);
            cell.startAll();
            cell.add(4).start();
            cell.run(1_500);
            var added = cell.awaitMaster().log().addReplica(4);
            cell.await(10_000, added::isDone);
            List<String> commands = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                commands.add("a" + i);
                cell.submit(commands.getLast());
            }
            Node left = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
            cell.await(5_000, () -> left.application.size() == 100);
            cell.run(200);
            left.stopCleanly();
            for (Node node : cell.nodes()) {
                if (node != left) {
                    node.crash();
                    node.disk = new MemoryDisk();
                    node.start();
                }
            }

            LastResort resort = examine(left, settings);
            ReplicaId survivor = new ReplicaId(left.number, 2);
            assertThat(resort.survivor()).isEqualTo(survivor);
            assertThat(String.join("\n", resort.findings()))
                    .contains("chosen up to instance " + resort.chosenUpTo())
                    .contains("LOST is whatever was chosen after instance " + resort.highest())
                    .contains("NEVER start another replica");
            resort.rebuild(new SplittableRandom(1));

            left.start();
            cell.submit("alone");
            commands.add("alone");
            assertThat(left.application.commands()).containsSubsequence(commands);
            assertThat(left.status().self()).isEqualTo(survivor);
            assertThat(cell.awaitMaster().status().membership().voters()).containsExactly(survivor);

            int other = left.number == 1 ? 2 : 1;
            var joined = left.log().addReplica(other);
            cell.await(10_000, joined::isDone);
            ReplicaId second = new ReplicaId(other, 2);
            cell.await(30_000, () -> left.status().membership().isVoter(second));
            cell.submit("together");
            commands.add("together");
            Node joining = cell.node(other);
            cell.await(10_000, () -> joining.application.size() >= commands.size());
            assertThat(joining.application.commands()).containsSubsequence(commands);
        }
    }

    @Test
    void whatIsDamagedItselfIsNoResort() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 3);
        cell.startAll();
        cell.submit("a");
        Node node = cell.node(1);
        node.stopCleanly();
        String segment = SegmentHeader.fileName(1);
        byte[] bytes = node.disk.bytes(segment);
        bytes[SegmentHeader.BYTES + 50] ^= 1;
        node.disk.put(segment, bytes);
        assertThatThrownBy(() -> examine(node, SMALL)).isInstanceOf(DamagedException.class);
        assertThatThrownBy(() ->
                        LastResort.examine(
                                node.disk, Seat.of("test", 2), SMALL, new TestLog.Told()))
                .isInstanceOf(WrongDiskException.class);
    }

    @Test
    void anInterruptionLeavesNoReplica() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL.withSnapshotsEvery(1 << 20, 40), 4);
        cell.startAll();
        for (int i = 0; i < 100; i++) {
            cell.submit("a" + i);
        }
        cell.node(1).stopCleanly();
        MemoryDisk whole = cell.node(1).disk;
        for (int at = 1; at < 60; at++) {
            MemoryDisk disk = whole.copy();
            LastResort resort =
                    LastResort.examine(disk, Seat.of("test", 1), SMALL, new TestLog.Told());
            disk.crashAfter(at);
            boolean done = false;
            try {
                resort.rebuild(new SplittableRandom(at));
                done = true;
                disk.crashAfter(1000);
            } catch (MemoryDisk.Crash e) {
                disk.restart(new SplittableRandom(at));
            }
            if (disk.exists(Identity.FILE)) {
                // Not begun, or done.
                ReplicaId self = Identity.load(disk, "test", 1).replica();
                assertThat(self.incarnation()).isIn(1, 2);
                assertThat(done && self.incarnation() == 1).isFalse();
                LastResort.examine(disk, Seat.of("test", 1), SMALL, new TestLog.Told());
            } else {
                assertThat(disk.exists(LastResort.FOLDER + "/" + Identity.FILE)).isTrue();
            }
        }
    }
}
