package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/// Replicas of a log under virtual time: agreement, mastership, restart, snapshots, catch-up.
class CellTest {
    private static final LogSettings SMALL =
            LogSettings.DEFAULT
                    .withSegments(8192, 4096)
                    .withSnapshotsEvery(1 << 20, 40)
                    .withTransfers(500, 300)
                    .withChecksumInterval(8);

    /// So that catch-up must read the disk.
    private static final LogSettings FORGETFUL = SMALL.withPaxos(TestLog.shortTail());

    private static List<String> submit(VirtualCell cell, String prefix, int count) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cell.submit(prefix + i);
            commands.add(prefix + i);
        }
        return commands;
    }

    private static void assertAllHave(VirtualCell cell, List<String> commands) {
        cell.await(
                30_000,
                () ->
                        cell.nodes().stream()
                                .filter(Node::isUp)
                                .allMatch(n -> n.application.commands().size() >= commands.size()));
        List<String> first = cell.awaitMaster().application.commands();
        assertThat(first).containsSubsequence(commands);
        for (Node node : cell.nodes()) {
            if (node.isUp()) {
                assertThat(node.application.commands()).isEqualTo(first);
                assertThat(node.fatal).isNull();
            }
        }
    }

    @Test
    void replicasAgree() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 1);
        cell.startAll();
        List<String> commands = submit(cell, "c", 30);
        assertAllHave(cell, commands);
    }

    @Test
    void submittersGetTheResultOfTheirOwnCommands() throws Exception {
        VirtualCell cell = new VirtualCell(3, SMALL, 2);
        cell.startAll();
        Node master = cell.awaitMaster();
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            futures.add(master.log().submit(Bytes.utf8("c" + i)));
        }
        cell.await(5_000, () -> futures.stream().allMatch(CompletableFuture::isDone));
        for (int i = 1; i <= 100; i++) {
            assertThat(futures.get(i - 1).get()).isEqualTo(i);
            assertThat(master.application.commands().get(i - 1)).isEqualTo("c" + i);
        }
    }

    @Test
    void whoIsNotMasterSaysSo() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 3);
        cell.startAll();
        Node master = cell.awaitMaster();
        cell.run(500);
        Node other = cell.node(master == cell.node(1) ? 2 : 1);
        CompletableFuture<Integer> refused = other.log().submit(Bytes.utf8("x"));
        cell.run(10);
        assertThatThrownBy(refused::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NotMasterException.class,
                        e -> assertThat(e.master()).contains(master.status().self()));
        assertThat(other.status().role()).isEqualTo(ReplicaStatus.Role.REPLICA);
        assertThat(master.status().role()).isEqualTo(ReplicaStatus.Role.MASTER);
        assertThat(master.status().leaseValid()).isTrue();
    }

    /// PML §5.3: the epoch is another after every change of the master, and no number comes twice.
    @Test
    void everyReignHasAnEpochOfItsOwn() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 4);
        cell.startAll();
        List<Long> epochs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Node master = cell.awaitMaster();
            Mastership mastership = master.application.mastership();
            epochs.add(mastership.epoch());
            cell.submit("in reign " + i);
            master.log().stepDown("the test wants another master");
            cell.await(100, () -> !master.application.isMaster());
            assertThat(mastership.leaseValid()).isFalse();
            assertThat(mastership.leaseUntil()).isEqualTo(Long.MIN_VALUE);
            cell.await(20_000, () -> cell.master() != null && cell.master() != master);
        }
        assertThat(epochs).doesNotHaveDuplicates().isSorted();
        List<Epoch> seen = cell.awaitMaster().application.epochs();
        assertThat(seen.stream().map(Epoch::number)).containsAll(epochs);
    }

    /// A master that is cut off learns what became of its last command, sooner or later: never
    /// "failed" while it is undecided.
    @Test
    void anUndecidedCommandWaits() throws Exception {
        VirtualCell cell = new VirtualCell(3, SMALL, 5);
        cell.startAll();
        Node master = cell.awaitMaster();
        cell.lose =
                (from, sent) ->
                        from.equals(master.status().self())
                                || sent.to().equals(master.status().self());
        CompletableFuture<Integer> undecided = master.log().submit(Bytes.utf8("lost"));
        cell.run(10_000);
        assertThat(undecided).isNotDone();
        assertThat(master.application.isMaster()).isFalse();
        cell.submit("other");
        cell.lose = (from, sent) -> false;
        cell.await(10_000, undecided::isDone);
        assertThatThrownBy(undecided::get).cause().isInstanceOf(NotChosenException.class);
        assertAllHave(cell, List.of("other"));
        assertThat(master.application.commands()).doesNotContain("lost");
    }

    @Test
    void whatIsUndecidedAtTheEndIsUnknown() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 6);
        cell.startAll();
        Node master = cell.awaitMaster();
        cell.lose = (from, sent) -> true;
        CompletableFuture<Integer> undecided = master.log().submit(Bytes.utf8("a"));
        cell.run(10);
        master.log().close();
        CompletableFuture<Integer> late = master.log().submit(Bytes.utf8("b"));
        cell.run(10);
        assertThatThrownBy(undecided::get).cause().isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(late::get).cause().isInstanceOf(NotMasterException.class);
        assertThat(master.application.isMaster()).isFalse();
    }

    @Test
    void allStopAtOnceAndNothingIsLost() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 7);
        cell.startAll();
        List<String> commands = submit(cell, "c", 150);
        for (int round = 0; round < 5; round++) {
            cell.nodes().forEach(Node::crash);
            cell.startAll();
            commands.addAll(submit(cell, "round" + round + "-", 7));
            assertAllHave(cell, commands);
        }
    }

    @Test
    void catchesUpFromAnothersDisk() throws IOException {
        VirtualCell cell = new VirtualCell(3, FORGETFUL.withSnapshotsEvery(1 << 30, 1 << 30), 8);
        cell.startAll();
        List<String> commands = submit(cell, "c", 10);
        Node behind = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        behind.crash();
        commands.addAll(submit(cell, "d", 200));
        behind.start();
        assertAllHave(cell, commands);
        assertThat(behind.application.timesRestored()).isZero();
    }

    @Test
    void takesSnapshotsAndTruncatesTheLog() throws Exception {
        VirtualCell cell = new VirtualCell(1, SMALL, 9);
        cell.startAll();
        List<String> commands = submit(cell, "c", 400);
        Node node = cell.node(1);
        cell.run(100);
        assertThat(node.status().snapshotInstance()).isGreaterThan(350);
        assertThat(node.status().logStart()).isGreaterThan(200);
        List<String> snapshots =
                node.disk.list().stream().filter(SnapshotFile::isSnapshot).toList();
        assertThat(snapshots).hasSize(2);
        long bytes = 0;
        for (String name : node.disk.list()) {
            bytes += node.disk.bytes(name).length;
        }
        assertThat(bytes).isLessThan(60_000);

        CompletableFuture<SnapshotHandle> asked = node.log().takeSnapshot();
        cell.await(1_000, asked::isDone);
        assertThat(asked.get().instance()).isEqualTo(node.status().applied());
        node.crash();
        node.start();
        assertAllHave(cell, commands);
        assertThat(node.application.timesRestored()).isEqualTo(1);
    }

    /// Segments are made ahead, filled with zeros, while the log before them is written.
    @Test
    void segmentsAreMadeAhead() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL.withSegments(20_000, 1024), 16);
        cell.startAll();
        List<String> commands = submit(cell, "c", 300);
        Node node = cell.node(1);
        List<String> segments = node.disk.list().stream().filter(SegmentHeader::isSegment).toList();
        assertThat(segments).last().isNotEqualTo(SegmentHeader.fileName(1));
        byte[] last = node.disk.bytes(segments.getLast());
        assertThat(SegmentHeader.decode(segments.getLast(), java.nio.ByteBuffer.wrap(last)))
                .extracting(SegmentHeader::allocated)
                .isEqualTo(20_000L);
        node.crash();
        node.start();
        assertAllHave(cell, commands);
    }

    /// The older of two snapshots does, with a longer piece of the log.
    @Test
    void aDamagedSnapshotIsPassedOver() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 10);
        cell.startAll();
        List<String> commands = submit(cell, "c", 400);
        Node node = cell.node(1);
        node.stopCleanly();
        String newest =
                node.disk.list().stream()
                        .filter(SnapshotFile::isSnapshot)
                        .reduce((a, b) -> b)
                        .orElseThrow();
        byte[] bytes = node.disk.bytes(newest);
        bytes[bytes.length / 2] ^= 1;
        node.disk.put(newest, bytes);
        node.start();
        assertAllHave(cell, commands);
        assertThat(node.told).anyMatch(line -> line.contains(newest) && line.contains("damaged"));
    }

    @Test
    void withoutAnySnapshotThatReachesTheLogItWaitsForOne() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 11);
        cell.startAll();
        submit(cell, "c", 400);
        Node node = cell.node(1);
        node.stopCleanly();
        for (String name : node.disk.list()) {
            if (SnapshotFile.isSnapshot(name)) {
                node.disk.put(name, new byte[100]);
            }
        }
        node.start();
        cell.run(60_000);
        assertThat(cell.master()).isNull();
        assertThat(node.status().note()).contains("no snapshot that holds", "fetches a snapshot");
        assertThat(node.disk.list()).contains("identity").anyMatch(SegmentHeader::isSegment);
        assertThat(node.disk.listAll())
                .contains("damaged-1/why")
                .anyMatch(name -> name.startsWith("damaged-1/snapshot-"));
    }

    @Test
    void aFailedSnapshotCostsNothing() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 12);
        cell.startAll();
        List<String> commands = submit(cell, "c", 30);
        Node node = cell.node(1);
        CompletableFuture<SnapshotHandle> failing = node.log().takeSnapshot();
        node.disk.failWrite = new DiskFullException("no room", new IOException());
        cell.await(1_000, failing::isDone);
        node.disk.failWrite = null;
        assertThatThrownBy(failing::get).cause().isInstanceOf(DiskFullException.class);
        assertThat(node.told).anyMatch(line -> line.contains("cannot take a snapshot"));
        commands.addAll(submit(cell, "d", 60));
        cell.run(15_000);
        commands.addAll(submit(cell, "e", 1));
        cell.run(100);
        assertThat(node.status().snapshotInstance()).isPositive();
        assertThat(node.disk.list()).noneMatch(name -> name.endsWith(DiskFiles.UNFINISHED));
        assertAllHave(cell, commands);
    }

    @Test
    void aFailedFlushEndsTheReplica() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 13);
        cell.startAll();
        submit(cell, "c", 3);
        Node node = cell.node(1);
        node.disk.failFlush = new IOException("the disk is gone");
        CompletableFuture<Integer> never = node.log().submit(Bytes.utf8("x"));
        cell.run(100);
        assertThat(node.fatal).contains("the disk is gone").contains("replay log");
        assertThat(never).isNotDone();
    }

    @Test
    void aFullDiskIsCalledThat() throws IOException {
        VirtualCell cell = new VirtualCell(1, SMALL, 14);
        cell.startAll();
        submit(cell, "c", 3);
        Node node = cell.node(1);
        node.disk.failWrite = new DiskFullException("No space left", new IOException());
        node.log().submit(Bytes.utf8("x"));
        cell.run(100);
        assertThat(node.fatal).contains("the disk is full").contains("Make room");
    }

    /// PML §6.2: the replica that differs from the majority stops; the others say so.
    @Test
    void aDivergingReplicaStops() throws IOException {
        VirtualCell cell = new VirtualCell(3, SMALL, 15);
        cell.startAll();
        submit(cell, "c", 3);
        Node odd = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        odd.application.diverging = true;
        submit(cell, "d", 30);
        cell.run(1_000);
        assertThat(odd.fatal).contains("differs from the others").contains("rebuilt");
        assertThat(cell.nodes().stream().filter(Node::isUp)).hasSize(2);
        assertThat(cell.awaitMaster().told).filteredOn(line -> line.contains("differs")).hasSize(1);
    }

    /// Whatever operation on its disk a lone replica stops at: all that it acknowledged is there.
    @Test
    void aCrashAtAnyDiskOperationLosesNothing() throws IOException {
        LogSettings settings = SMALL.withSnapshotsEvery(1 << 20, 15).withSegments(6144, 1024);
        for (int at = 1; at < 250; at++) {
            VirtualCell cell = new VirtualCell(1, settings, at);
            Node node = cell.node(1);
            List<String> acknowledged = new ArrayList<>();
            node.crashAfter(at);
            try {
                node.start();
            } catch (MemoryDisk.Crash e) {
                node.crash();
            }
            for (int i = 0; i < 100 && node.isUp(); i++) {
                String command = i + "-".repeat(i % 50);
                cell.await(20_000, () -> !node.isUp() || cell.master() != null);
                if (node.isUp()) {
                    CompletableFuture<Integer> done = node.log().submit(Bytes.utf8(command));
                    cell.await(20_000, () -> done.isDone() || !node.isUp());
                    if (done.isDone()) {
                        acknowledged.add(command);
                    }
                }
            }
            if (node.isUp()) {
                node.crash();
            }
            node.start();
            cell.submit("last");
            acknowledged.add("last");
            assertThat(node.application.commands())
                    .as("crash at operation %d", at)
                    .containsSubsequence(acknowledged);
        }
    }
}
