package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void whatALaterReleaseKnowsOfTheOthersIsNotForgotten() throws IOException {
        byte[] bytes = node.disk.bytes(PeerCodec.FILE);
        bytes[9] = 2;
        int crc = Crc.of(bytes, 0, bytes.length - 4);
        java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - 4, crc);
        node.disk.put(PeerCodec.FILE, bytes);
        Map<String, List<Byte>> before = files();
        assertThatThrownBy(node::start)
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("peers has format version 2");
        assertThat(files()).isEqualTo(before);
    }
}
