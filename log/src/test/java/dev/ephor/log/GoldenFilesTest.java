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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The files, byte by byte, with the segments in each format: written as they were, and read still.
/// Each line of a golden file is a file's name, its length, and its bytes without the zeros at the
/// end.
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

    /// What the format is there for: in the second one, a batch that lists its zeros.
    private static List<Stored> records(SegmentFormat format) {
        List<Stored> records = new ArrayList<>(RECORDS);
        if (format.listsZeros()) {
            records.add(TestLog.accepted(12, "\0".repeat(1200) + "-" + "\0".repeat(700)));
        }
        return records;
    }

    static MemoryDisk write(SegmentFormat format) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        Identity identity = TestLog.bootstrap(disk);
        ReplayLog log =
                TestLog.open(disk, TestLog.SETTINGS.withSegmentFormat(format.version())).log();
        log.append(records(format));
        log.prove();
        try (DiskFile file = disk.open(SnapshotFile.fileName(9))) {
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, identity.cell(), HANDLE);
            out.write(CONTENT);
            out.finish();
        }
        return disk;
    }

    @ParameterizedTest
    @EnumSource
    void filesAreWrittenAsTheyWere(SegmentFormat format) throws IOException {
        MemoryDisk disk = write(format);
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
        assertThat(golden(format)).as("now it would be\n%s", text).isEqualTo(text.toString());
    }

    @ParameterizedTest
    @EnumSource
    void filesAreReadStill(SegmentFormat format) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        golden(format)
                .lines()
                .forEach(line -> {
                    String[] parts = line.split(" ");
                    byte[] bytes = HexFormat.of().parseHex(parts[2]);
                    disk.put(parts[0], Arrays.copyOf(bytes, Integer.parseInt(parts[1])));
                });
        Opened opened = TestLog.open(disk);
        assertThat(opened.records()).isEqualTo(records(format));
        assertThat(opened.told().infos).isEmpty();
        String name = SnapshotFile.fileName(9);
        try (DiskFile file = disk.open(name)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, "test");
            assertThat(in.handle()).isEqualTo(HANDLE);
            assertThat(in.readAllBytes()).isEqualTo(CONTENT);
            in.finish();
        }
    }

    private static String golden(SegmentFormat format) throws IOException {
        String name = "/golden/files-" + format.version() + ".txt";
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
