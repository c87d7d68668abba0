package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// PROTOCOL.md S20: a disk that lacks nothing but chosen values is repaired from the others, and
/// the replica goes on as who it is; any other damaged disk is given up.
class RepairTest {
    private static final LogSettings SETTINGS =
            LogSettings.DEFAULT
                    .withPaxos(TestLog.shortTail())
                    .withSegments(4096, 1024)
                    .withSnapshotsEvery(1 << 20, 100)
                    .withTransfers(400, 256);

    private VirtualCell cell;
    private Node node;
    private SequenceNumber promised;
    private final List<String> commands = new ArrayList<>();

    /// A replica stops in good order, some segments after its newest snapshot.
    @BeforeEach
    void stopOne() throws IOException {
        cell = new VirtualCell(3, SETTINGS, 31);
        cell.startAll();
        submit(270);
        node = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        cell.await(5_000, () -> node.application.size() == 270);
        cell.run(200);
        promised = node.status().promised();
        node.stopCleanly();
    }

    private void submit(int count) {
        for (int i = 0; i < count; i++) {
            commands.add("a command of some length, number " + commands.size());
            cell.submit(commands.getLast());
        }
    }

    private List<String> segments() {
        return node.disk.list().stream().filter(SegmentHeader::isSegment).toList();
    }

    private void damage(String name) {
        byte[] bytes = node.disk.bytes(name);
        bytes[bytes.length / 3] ^= 1;
        node.disk.put(name, bytes);
    }

    private void damageSnapshots() {
        node.disk.list().stream().filter(SnapshotFile::isSnapshot).forEach(this::damage);
    }

    /// What no snapshot here covers.
    private void damageLastButOne() {
        assertThat(segments()).hasSizeGreaterThan(3);
        damage(segments().get(segments().size() - 2));
    }

    private void awaitWhole(int incarnation) {
        ReplicaId self = new ReplicaId(node.number, incarnation);
        cell.await(
                120_000,
                () ->
                        node.isUp()
                                && node.status().self().equals(self)
                                && node.status().membership().isVoter(self)
                                && node.application.size() >= commands.size());
        assertThat(node.application.commands()).isEqualTo(commands);
        assertThat(node.fatal).isNull();
    }

    private void assertRepaired() {
        awaitWhole(1);
        assertThat(node.told).anyMatch(line -> line.contains("makes up for what was damaged"));
        assertThat(promised.isAbove(node.status().promised())).isFalse();
    }

    @Test
    void snapshotsThatAreAllDamagedAreFetchedAnew() throws IOException {
        damageSnapshots();
        node.start();
        assertThat(node.status().note()).contains("fetches a snapshot");
        assertThat(node.status().role()).isEqualTo(Role.RECOVERING);
        assertRepaired();
        assertThat(node.status().role()).isEqualTo(Role.REPLICA);
        submit(10);
        awaitWhole(1);
    }

    @Test
    void aDamagedSegmentIsMadeUpForByALaterSnapshotOfTheOthers() throws IOException {
        submit(200);
        damageLastButOne();
        node.start();
        assertRepaired();
        // It holds over a restart, and serves others from what is left of its log.
        node.stopCleanly();
        node.start();
        awaitWhole(1);
    }

    @Test
    void severalDamagedPartsAreMadeUpForTogether() throws IOException {
        submit(200);
        damageSnapshots();
        damage(segments().get(1));
        damageLastButOne();
        node.start();
        assertRepaired();
    }

    @Test
    void whereNobodyHasSuchASnapshotTheDiskIsGivenUp() throws IOException {
        damageLastButOne();
        node.start();
        awaitWhole(2);
        assertThat(node.told).anyMatch(line -> line.contains("no replica that answers has"));
    }

    /// One that went back to an earlier release, in a cell that did not.
    @Test
    void whereTheOthersHaveSnapshotsOfALaterReleaseTheDiskIsKept() throws IOException {
        damageSnapshots();
        List<String> segments = segments();
        node.release =
                () -> {
                    ListApplication old = new ListApplication();
                    old.knowsSnapshots = false;
                    return old;
                };
        node.start();
        assertThat(node.status().note()).contains("fetches a snapshot");
        cell.await(120_000, () -> node.fatal != null);
        assertThat(node.fatal)
                .contains("no snapshot that holds covers more than instance")
                .contains("of a later release. Nothing is lost, and nothing was changed.")
                .contains("format version 2: start it with the release that wrote it");
        assertThat(segments()).isEqualTo(segments);

        node.crash();
        node.release = ListApplication::new;
        node.start();
        assertRepaired();
    }

    /// A promise or an acceptance may have been in it that nothing repeats.
    @Test
    void theNewestSegmentIsNotMadeUpForByAnything() throws IOException {
        submit(200);
        String last = segments().getLast();
        byte[] bytes = node.disk.bytes(last);
        bytes[SegmentHeader.BYTES + SegmentFormat.newest().headerBytes() + 3] ^= 1;
        node.disk.put(last, bytes);
        node.start();
        assertThat(node.status().role()).isEqualTo(Role.APPLICANT);
        awaitWhole(2);
    }

    @Test
    void aloneItWaitsAndKeepsItsDisk() throws IOException {
        damageSnapshots();
        for (Node other : cell.nodes()) {
            if (other != node) {
                other.crash();
            }
        }
        node.start();
        cell.run(120_000);
        assertThat(node.status().note())
                .contains("fetches a snapshot")
                .containsPattern("replica [123] does not answer, replica [123] does not answer");
        assertThat(segments()).isNotEmpty();
        for (Node other : cell.nodes()) {
            if (other != node) {
                other.start();
            }
        }
        assertRepaired();
    }

    /// Who has no disk at all learns that there is one here.
    @Test
    void whileItWaitsItSaysToApplicantsThatItHasADisk() throws IOException {
        damageSnapshots();
        List<Node> others = cell.nodes().stream().filter(other -> other != node).toList();
        others.forEach(Node::crash);
        Node empty = others.getFirst();
        empty.disk = new MemoryDisk();
        node.start();
        empty.start();
        cell.run(8_000);
        assertThat(empty.status().note())
                .contains("replica " + node.number + " has a disk, but nothing whole on it")
                .contains("replica " + others.getLast().number + " does not answer");
        assertThat(node.status().note())
                .contains("fetches a snapshot")
                .contains("replica " + empty.number + " has no usable disk, and asks");
        assertThat(node.status().self()).isEqualTo(ReplicaId.of(node.number));
    }

    /// Whatever operation of the disk the machine stops at.
    @Test
    void aCrashWhileItIsRepairedLosesNothing() throws IOException {
        for (int at = 1; at < 90; at += 4) {
            commands.clear();
            stopOne();
            submit(200);
            damageSnapshots();
            damageLastButOne();
            node.disk.crashAfter(at);
            try {
                node.start();
                cell.await(60_000, () -> !node.isUp() || isWhole());
            } catch (MemoryDisk.Crash e) {
                node.crash();
            }
            if (node.isUp()) {
                node.crash();
            }
            node.start();
            awaitWhole(1);
        }
    }

    private boolean isWhole() {
        return node.application.size() >= commands.size();
    }
}
