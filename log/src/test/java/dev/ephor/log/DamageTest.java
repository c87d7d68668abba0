package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// PML §5.1: whatever becomes of a replica's disk, it does not vote with what it has forgotten, and
/// is whole again without an operator.
class DamageTest {
    private static final LogSettings SMALL =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(8192, 1024)
                    .withSnapshotsEvery(1 << 20, 40)
                    .withTransfers(400, 256);

    private static List<String> submit(VirtualCell cell, String prefix, int count) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(prefix + i);
            cell.submit(commands.getLast());
        }
        return commands;
    }

    private static Node follower(VirtualCell cell) {
        return cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
    }

    private static void awaitWhole(VirtualCell cell, Node node, int incarnation, List<String> all) {
        ReplicaId self = new ReplicaId(node.number, incarnation);
        cell.await(
                60_000,
                () ->
                        node.isUp()
                                && node.status().self().equals(self)
                                && node.status().membership().isVoter(self)
                                && node.application.size() >= all.size());
        assertThat(node.application.commands()).containsSubsequence(all);
    }

    /// One bit anywhere, in any file: it is found, or it is of no importance; nothing wrong is ever
    /// applied; the replica is whole again.
    @Test
    void oneFlippedBitAnywhereHeals() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        int rejoined = 0;
        for (int round = 0; round < 60; round++) {
            VirtualCell cell = new VirtualCell(3, SMALL, 100 + round);
            cell.startAll();
            List<String> commands = submit(cell, "a", 150);
            Node node = follower(cell);
            node.stopCleanly();
            List<String> files = node.disk.list();
            String name = files.get(random.nextInt(files.size()));
            byte[] bytes = node.disk.bytes(name);
            int bit = random.nextInt(bytes.length * 8);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            node.disk.put(name, bytes);
            node.start();
            boolean applies = node.status().role() == Role.APPLICANT;
            rejoined += applies ? 1 : 0;
            commands.addAll(submit(cell, "b", 10));
            awaitWhole(cell, node, applies ? 2 : 1, commands);
        }
        assertThat(rejoined).isBetween(5, 55);
    }

    @Test
    void aMissingFileHeals() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 2);
        cell.startAll();
        List<String> commands = submit(cell, "a", 150);
        Node node = follower(cell);
        node.stopCleanly();
        node.disk.delete(Identity.FILE);
        node.start();
        assertThat(node.status().note()).contains("identity", "the file is missing");
        awaitWhole(cell, node, 2, commands);
        assertThat(node.disk.listAll()).anyMatch(name -> name.startsWith("damaged-1/segment-"));

        node.stopCleanly();
        node.disk.delete(
                node.disk.list().stream()
                        .filter(SegmentHeader::isSegment)
                        .reduce((a, b) -> b)
                        .orElseThrow());
        node.start();
        awaitWhole(cell, node, 3, commands);
        // Only the newest is kept.
        assertThat(node.disk.listAll())
                .anyMatch(name -> name.startsWith("damaged-2/"))
                .noneMatch(name -> name.startsWith("damaged-1/"));
    }

    /// Whatever operation the machine stops at while it sets a damaged disk aside, what is left is
    /// never taken for a replica's.
    @Test
    void aCrashWhileSettingAsideLeavesNoReplica() throws IOException {
        VirtualCell first = new VirtualCell(1, SMALL, 3);
        first.startAll();
        submit(first, "a", 150);
        first.node(1).stopCleanly();
        MemoryDisk damaged = first.node(1).disk;
        damaged.put(Quarantine.FILE, new byte[] {'x'});
        for (int at = 1; at < 40; at++) {
            VirtualCell cell = new VirtualCell(1, SMALL, at);
            Node node = cell.node(1);
            node.disk = damaged.copy();
            node.disk.crashAfter(at);
            try {
                node.start();
            } catch (MemoryDisk.Crash e) {
                node.crash();
                node.start();
            }
            assertThat(node.status().role()).isEqualTo(Role.APPLICANT);
            assertThat(node.disk.list()).isSubsetOf(PeerCodec.FILE);
        }
    }

    /// A part of the log that the newest snapshot covers is not needed.
    @Test
    void damageBelowTheNewestSnapshotIsDoneWithout() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL.withSnapshotsEvery(1 << 20, 150), 4);
        cell.startAll();
        List<String> commands = submit(cell, "a-rather-long-command-that-fills-segments", 400);
        Node node = cell.node(1);
        node.stopCleanly();
        String oldest =
                node.disk.list().stream()
                        .filter(SegmentHeader::isSegment)
                        .findFirst()
                        .orElseThrow();
        byte[] bytes = node.disk.bytes(oldest);
        bytes[SegmentHeader.BYTES + 100] ^= 1;
        node.disk.put(oldest, bytes);
        for (int start = 0; start < 2; start++) {
            node.start();
            commands.addAll(submit(cell, "b" + start, 20));
            assertThat(node.application.commands()).containsSubsequence(commands);
            assertThat(node.status().self()).isEqualTo(ReplicaId.of(1));
            node.stopCleanly();
        }
        assertThat(node.told).anyMatch(line -> line.contains("it is not needed"));
        assertThat(node.disk.listAll()).contains("damaged-1/" + oldest);
    }

    /// The same disk as it was some time ago has forgotten what was promised since.
    @Test
    void anOldCopyOfTheDiskIsFound() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 5);
        cell.startAll();
        List<String> commands = submit(cell, "a", 30);
        Node node = follower(cell);
        node.stopCleanly();
        MemoryDisk backup = node.disk.copy();
        node.start();
        commands.addAll(submit(cell, "b", 30));
        node.crash();
        node.disk = backup;
        node.start();
        cell.await(10_000, () -> node.status().role() == Role.APPLICANT);
        assertThat(node.status().note()).contains("an old copy", "remembers more");
        awaitWhole(cell, node, 2, commands);
    }

    /// The disk said that it was flushed, and it was not.
    @Test
    void aDiskThatLostWhatItHadFlushedIsFound() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL.withSnapshotsEvery(1 << 20, 100_000), 6);
        cell.startAll();
        List<String> commands = submit(cell, "a", 20);
        Node node = follower(cell);
        cell.await(5_000, () -> node.application.size() == 20);
        String segment =
                node.disk.list().stream().filter(SegmentHeader::isSegment).toList().getLast();
        byte[] before = node.disk.bytes(segment);
        commands.addAll(submit(cell, "b", 1));
        node.crash();
        node.disk.put(segment, before);
        node.start();
        cell.await(10_000, () -> node.status().role() == Role.APPLICANT);
        assertThat(node.status().note()).contains("but had acknowledged instance");
        awaitWhole(cell, node, 2, commands);
    }

    @Test
    void aDiskOfAnotherCellIsRefusedAndLeftAsItIs() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 7);
        Node node = cell.node(1);
        MemoryDisk other = new MemoryDisk();
        Identity.bootstrap(
                other,
                "other",
                ReplicaId.of(1),
                dev.ephor.paxos.Membership.of(ReplicaId.of(1)),
                new SplittableRandom(1));
        node.disk = other;
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("cell 'other'");
        other.delete(Identity.FILE);
        List<String> files = other.listAll();
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("cell 'other'");
        assertThat(other.listAll()).isEqualTo(files);
    }

    /// PML §6.2: the odd one stops, and comes back with the state of the others.
    @Test
    void aDivergedReplicaComesBackWithTheStateOfTheOthers() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL.withChecksumInterval(8), 8);
        cell.startAll();
        List<String> commands = submit(cell, "a", 5);
        Node odd = follower(cell);
        odd.application.diverging = true;
        commands.addAll(submit(cell, "b", 30));
        cell.run(1_000);
        assertThat(odd.fatal).contains("differs from the others");
        odd.start();
        assertThat(odd.status().note()).contains("differs from the others");
        awaitWhole(cell, odd, 2, commands);
    }
}
