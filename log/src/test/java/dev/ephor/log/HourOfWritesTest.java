package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.VirtualCell.Node;
import dev.ephor.paxos.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Two of five replicas are down for an hour of writes: nobody's memory grows meanwhile. Runs in a
/// process of its own, the heap of which is far smaller than what is written; the whole cell, with
/// its disks, is in there.
class HourOfWritesTest {
    private static final int WRITES = 12_000;
    private static final long APART_MILLIS = 300;
    private static final int BYTES = 12_000;

    @Test
    void nothingGrowsWhileTwoReplicasAreDown() throws IOException, InterruptedException {
        Process hour =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                HourOfWritesTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(hour.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(hour.waitFor()).as(said).isZero();
        assertThat(said).contains("all of them are whole again");
    }

    /// The hour.
    public static void main(String[] args) throws IOException {
        Settings d = Settings.DEFAULT;
        Settings small =
                new Settings(
                        4 * d.lease(),
                        d.driftDivisor(),
                        8 * d.heartbeat(),
                        d.backoff(),
                        d.attempt(),
                        d.retransmit(),
                        d.window(),
                        d.batchBytes(),
                        1 << 20,
                        d.tailEntries(),
                        1 << 20);
        VirtualCell cell =
                new VirtualCell(
                        5,
                        LogSettings.DEFAULT
                                .withPaxos(small)
                                .withSegments(1 << 18, 1 << 14)
                                .withSnapshotsEvery(1 << 20, 250_000)
                                .withMemory(1 << 20, 1 << 20),
                        99);
        cell.startAll();
        cell.awaitMaster();
        for (Node node : cell.nodes()) {
            node.application.kept = 10;
        }
        List<Node> down =
                cell.nodes().stream().filter(node -> node != cell.master()).limit(2).toList();
        down.forEach(Node::crash);
        long begun = cell.now();
        String contents = "x".repeat(BYTES);
        for (int i = 0; i < WRITES; i++) {
            cell.submit(contents);
            cell.run(APART_MILLIS);
        }
        if (cell.now() - begun < 3_600_000_000_000L) {
            throw new AssertionError("that was no hour");
        }
        for (Node node : down) {
            node.start();
            node.application.kept = 10;
        }
        long applied = cell.awaitMaster().status().applied();
        cell.await(60_000, () -> down.stream().allMatch(n -> n.status().applied() >= applied));
        System.out.println("all of them are whole again");
    }
}
