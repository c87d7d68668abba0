package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica that goes back to an earlier release may meet what a later one wrote. That is no
/// damage: it stops, says which release it needs, and its disk stays what it is.
class LaterFormatTest {
    private static final LogSettings SETTINGS =
            LogSettings.DEFAULT.withSegments(4096, 1024).withSnapshotsEvery(1 << 20, 100);

    private VirtualCell cell;
    private Node node;

    @BeforeEach
    void stopOne() throws IOException {
        cell = new VirtualCell(3, SETTINGS, 41);
        cell.startAll();
        for (int i = 0; i < 150; i++) {
            cell.submit("command " + i);
        }
        node = cell.node(cell.awaitMaster() == cell.node(1) ? 2 : 1);
        cell.await(5_000, () -> node.application.size() == 150);
        cell.run(200);
        node.stopCleanly();
    }

    private Map<String, List<Byte>> files() {
        Map<String, List<Byte>> files = new TreeMap<>();
        for (String name : node.disk.listAll()) {
            byte[] bytes = node.disk.bytes(name);
            Byte[] boxed = new Byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                boxed[i] = bytes[i];
            }
            files.put(name, List.of(boxed));
        }
        return files;
    }

    private void awaitAll(int commands) {
        cell.await(60_000, () -> node.isUp() && node.application.size() == commands);
        assertThat(node.status().self()).isEqualTo(ReplicaId.of(node.number));
        assertThat(node.fatal).isNull();
    }

    @Test
    void aSnapshotOfALaterReleaseIsNoDamage() throws IOException {
        Map<String, List<Byte>> before = files();
        assertThat(before.keySet()).anyMatch(SnapshotFile::isSnapshot);
        node.release =
                () -> {
                    ListApplication old = new ListApplication();
                    old.knowsSnapshots = false;
                    return old;
                };
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("snapshot-")
                .hasMessageContaining("format version 2: start it with the release that wrote it");
        assertThat(files()).isEqualTo(before);
        node.release = ListApplication::new;
        node.start();
        awaitAll(150);
    }

    @Test
    void aCommandOfALaterReleaseStopsTheReplicaAndNothingElse() throws IOException {
        node.release =
                () -> {
                    ListApplication old = new ListApplication();
                    old.unknown = "command of tomorrow";
                    return old;
                };
        node.start();
        awaitAll(150);
        cell.submit("command of tomorrow");
        cell.await(60_000, () -> node.fatal != null);
        assertThat(node.fatal)
                .contains("format version 2")
                .contains("Nothing is lost: start it with the release that wrote it");
        node.release = ListApplication::new;
        node.start();
        awaitAll(151);
    }

    /// Nothing is done about anything else that is wrong either: neither about damage, which would
    /// cost the disk, nor about what a stop left over.
    @ParameterizedTest
    @ValueSource(strings = {"nothing", "segment", "identity", "diverged"})
    void aSegmentOfALaterReleaseIsNoDamage(String wrongToo) throws IOException {
        List<String> segments = node.disk.list().stream().filter(SegmentHeader::isSegment).toList();
        assertThat(segments).hasSizeGreaterThan(2);
        byte[] bytes = node.disk.bytes(segments.getLast());
        ByteBuffer.wrap(bytes).putShort(8, (short) 3);
        int end = SegmentHeader.BYTES - 4;
        ByteBuffer.wrap(bytes).putInt(end, Crc.of(bytes, 0, end));
        byte[] known = node.disk.bytes(segments.getLast());
        node.disk.put(segments.getLast(), bytes);
        node.disk.put("segment-spare.tmp", new byte[100]);
        switch (wrongToo) {
            case "segment" -> flip(segments.getFirst(), SegmentHeader.BYTES + 60);
            case "identity" -> flip(Identity.FILE, 10);
            case "diverged" -> node.disk.put(Quarantine.FILE, new byte[] {'x'});
            default -> {}
        }
        Map<String, List<Byte>> before = files();
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining(segments.getLast())
                .hasMessageContaining("format version 3, and this release reads versions 1 to 2")
                .hasMessageContaining("start it with the release that wrote it");
        assertThat(files()).isEqualTo(before);
        if (wrongToo.equals("nothing")) {
            node.disk.put(segments.getLast(), known);
            node.start();
            awaitAll(150);
        }
    }

    private void flip(String name, int at) {
        byte[] bytes = node.disk.bytes(name);
        bytes[at] ^= 1;
        node.disk.put(name, bytes);
    }

    /// Upgraded and taken back, one replica after the other, while the cell works: each goes on as
    /// who it was, with segments of both formats.
    @Test
    void aCellChangesItsFormatReplicaByReplica() throws IOException {
        VirtualCell mixed = new VirtualCell(3, SETTINGS.withSegmentFormat(1), 43);
        mixed.startAll();
        int commands = 0;
        for (int format : new int[] {1, 2, 1}) {
            for (Node each : mixed.nodes()) {
                each.stopCleanly();
                mixed.use(SETTINGS.withSegmentFormat(format));
                each.start();
                mixed.awaitMaster();
                for (int i = 0; i < 20; i++) {
                    mixed.submit("\0".repeat(700) + commands++);
                }
                assertThat(segmentFormats(each)).last().isEqualTo(format);
            }
        }
        int all = commands;
        for (Node each : mixed.nodes()) {
            mixed.await(60_000, () -> each.application.size() == all);
            assertThat(each.status().self()).isEqualTo(ReplicaId.of(each.number));
            assertThat(segmentFormats(each)).contains(1, 2);
        }
    }

    private static List<Integer> segmentFormats(Node node) {
        return node.disk.list().stream()
                .filter(SegmentHeader::isSegment)
                .map(name -> ByteBuffer.wrap(node.disk.bytes(name)).getShort(8))
                .map(Short::intValue)
                .toList();
    }

    @Test
    void whatALaterReleaseKnowsOfTheOthersIsNotForgotten() throws IOException {
        byte[] bytes = node.disk.bytes(PeerCodec.FILE);
        bytes[9] = 2;
        int crc = Crc.of(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).putInt(bytes.length - 4, crc);
        node.disk.put(PeerCodec.FILE, bytes);
        Map<String, List<Byte>> before = files();
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("peers has format version 2");
        assertThat(files()).isEqualTo(before);
    }
}
