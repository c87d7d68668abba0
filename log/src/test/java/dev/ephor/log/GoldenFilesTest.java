package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.TestLog.Opened;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The files of format 1, byte by byte: written as they were, and read still. Each line of the
/// golden file is a file's name, its length, and its bytes without the zeros at the end.
class GoldenFilesTest {
    private static final SnapshotHandle HANDLE =
            new SnapshotHandle(
                    9,
                    Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3)),
                    new Epoch(4, TestLog.SEQUENCE));
    private static final List<Stored> RECORDS =
            List.of(
                    new Stored.Started(3),
                    new Stored.Core(new Record.Promised(TestLog.SEQUENCE)),
                    TestLog.accepted(10, "a command"),
                    new Stored.Core(new Record.Chosen(11, new Value.EpochStart(TestLog.SEQUENCE))),
                    new Stored.Core(new Record.ChosenUpTo(11)),
                    new Stored.Begins(3, 1));
    private static final byte[] CONTENT =
            "what an application wrote".getBytes(StandardCharsets.UTF_8);

    static MemoryDisk write() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Identity identity = TestLog.bootstrap(disk);
        ReplayLog log = TestLog.open(disk).log();
        log.append(RECORDS);
        log.prove();
        try (DiskFile file = disk.open(SnapshotFile.fileName(9))) {
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, identity.cell(), HANDLE);
            out.write(CONTENT);
            out.finish();
        }
        return disk;
    }

    @Test
    void filesAreWrittenAsTheyWere() throws IOException {
        MemoryDisk disk = write();
        StringBuilder text = new StringBuilder();
        for (String name : disk.list()) {
            byte[] bytes = disk.bytes(name);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] == 0) {
                end--;
            }
            text.append(name).append(' ').append(bytes.length).append(' ');
            text.append(HexFormat.of().formatHex(bytes, 0, end)).append('\n');
        }
        assertThat(golden()).as("now it would be\n%s", text).isEqualTo(text.toString());
    }

    @Test
    void filesAreReadStill() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        golden().lines()
                .forEach(line -> {
                    String[] parts = line.split(" ");
                    byte[] bytes = HexFormat.of().parseHex(parts[2]);
                    disk.put(parts[0], Arrays.copyOf(bytes, Integer.parseInt(parts[1])));
                });
        Opened opened = TestLog.open(disk);
        assertThat(opened.records()).isEqualTo(RECORDS);
        assertThat(opened.told().infos).isEmpty();
        String name = SnapshotFile.fileName(9);
        try (DiskFile file = disk.open(name)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, "test");
            assertThat(in.handle()).isEqualTo(HANDLE);
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            in.finish();
        }
    }

    private static String golden() throws IOException {
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/files-1.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
