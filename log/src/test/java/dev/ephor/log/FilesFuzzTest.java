package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.SegmentScan.Batch;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever a replica finds in its data directory: it is what was written, or it is refused by
/// name. Checksums are put right before an input is read, or next to none would get beyond them.
class FilesFuzzTest {
    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatReplicasWrite() throws IOException {
        Seeds seeds = Seeds.of(FilesFuzzTest.class);
        CodecTest.records()
                .forEach((name, stored) -> {
                    byte[] record = CodecTest.encode(stored).toByteArray();
                    seeds.add("record", name, record);
                    seeds.add("batches", name, lengthAndRecord(record));
                });
        for (SegmentFormat format : SegmentFormat.values()) {
            MemoryDisk disk = GoldenFilesTest.write(format);
            seeds.add("segmentHeader", "first-of-format-" + format.version(), header(disk));
        }
        MemoryDisk disk = GoldenFilesTest.write(SegmentFormat.newest());
        seeds.add("identity", "of-a-cell-of-one", disk.bytes(Identity.FILE));
        seeds.add("snapshot", "small", disk.bytes(SnapshotFile.fileName(9)));
        byte[] later = disk.bytes(SnapshotFile.fileName(9));
        seeds.add("partialSnapshot", "half", Arrays.copyOf(later, later.length / 2));
        later[9] = 2;
        seeds.add("partialSnapshot", "of-a-later-format", later);
        PeerEntry entry =
                new PeerEntry(
                        new ReplicaId(2, 3),
                        -5,
                        7,
                        11,
                        new Address("localhost", 7500),
                        "localhost:7400",
                        TestLog.SEQUENCE,
                        40);
        PeerCodec.save(disk, "test", List.of(entry));
        seeds.add("peers", "one", disk.bytes(PeerCodec.FILE));
        seeds.check();
    }

    private static byte[] header(MemoryDisk disk) {
        return Arrays.copyOf(disk.bytes(SegmentHeader.fileName(1)), SegmentHeader.BYTES);
    }

    private static byte[] lengthAndRecord(byte[] record) {
        return ByteBuffer.allocate(record.length + 1).put((byte) record.length).put(record).array();
    }

    @FuzzTest
    void record(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Bytes bytes = Bytes.wrap(input);
        try {
            assertThat(CodecTest.encode(CodecTest.decodeRecord(bytes))).isEqualTo(bytes);
        } catch (MalformedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    @FuzzTest
    void identity(byte[] input) throws IOException {
        load(input);
        if (input.length >= 20) {
            ByteBuffer mended = ByteBuffer.wrap(input.clone());
            mended.putInt(12, input.length - 20);
            load(withChecksum(mended, input.length - 4));
        }
    }

    private static void load(byte[] file) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put(Identity.FILE, file);
        try {
            Identity identity = Identity.load(disk, "test", 1);
            assertThat(identity.encode()).isEqualTo(ByteBuffer.wrap(file));
        } catch (WrongDiskException | DamagedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// What cannot be read is as good as nothing: the others will say it again. A later format is
    /// left as it is.
    @FuzzTest
    void peers(byte[] input) throws IOException {
        savedAndLoaded(input);
        if (input.length >= 20) {
            ByteBuffer mended = ByteBuffer.wrap(input.clone());
            mended.putInt(12, input.length - 20);
            savedAndLoaded(withChecksum(mended, input.length - 4));
        }
    }

    private static void savedAndLoaded(byte[] file) throws IOException {
        MemoryDisk disk = new MemoryDisk();
        disk.put(PeerCodec.FILE, file);
        List<PeerEntry> entries;
        try {
            entries = PeerCodec.load(disk, "test");
        } catch (WrongDiskException later) {
            assertThat(later).hasMessageContaining("format version");
            assertThat(disk.bytes(PeerCodec.FILE)).isEqualTo(file);
            return;
        }
        PeerCodec.save(disk, "test", entries);
        assertThat(PeerCodec.load(disk, "test")).isEqualTo(entries);
        new PeerBook(entries).entries().forEach(entry -> entry.endpoint());
    }

    @FuzzTest
    void segmentHeader(byte[] input) {
        decodeHeader(input);
        if (input.length >= SegmentHeader.BYTES) {
            decodeHeader(withChecksum(ByteBuffer.wrap(input.clone()), SegmentHeader.BYTES - 4));
        }
    }

    private static void decodeHeader(byte[] file) {
        try {
            SegmentHeader header = SegmentHeader.decode("segment", ByteBuffer.wrap(file));
            assertThat(header.encode())
                    .isEqualTo(ByteBuffer.wrap(file, 0, SegmentHeader.BYTES).slice());
        } catch (WrongDiskException | DamagedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// Records of a replay log, each with a byte for its length before it, in batches of three.
    /// What cannot be a record is damage; everything before it is read as it was written.
    @FuzzTest
    void batches(byte[] input) throws IOException {
        for (SegmentFormat format : SegmentFormat.values()) {
            batches(format, split(input));
        }
    }

    private static void batches(SegmentFormat format, List<Bytes> records) throws IOException {
        Identity identity = TestLog.bootstrap(new MemoryDisk());
        SegmentHeader header = SegmentHeader.of(identity, format, 1, 1, 0, 0);
        ByteBuffer content = batches(header, records);
        SegmentScan scan = new SegmentScan(header, content, SegmentHeader.BYTES, 1);
        List<Bytes> read = new ArrayList<>();
        try {
            for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
                batch.records().forEach(stored -> read.add(CodecTest.encode(stored)));
            }
            assertThat(read).isEqualTo(records);
            assertThat(scan.endOfTornTail()).isEqualTo(scan.end());
        } catch (DamagedException refused) {
            assertThat(refused.offset()).isBetween((long) scan.end(), (long) content.limit() + 256);
            assertThat(records.subList(0, read.size())).isEqualTo(read);
        }
    }

    private static List<Bytes> split(byte[] input) {
        List<Bytes> records = new ArrayList<>();
        int at = 0;
        while (at < input.length) {
            int length = Math.min(input[at] & 0xff, input.length - at - 1);
            if (length > 0) {
                records.add(Bytes.wrap(Arrays.copyOfRange(input, at + 1, at + 1 + length)));
            }
            at += 1 + length;
        }
        return records;
    }

    private static ByteBuffer batches(SegmentHeader segment, List<Bytes> records) {
        ByteWriter all = new ByteWriter(1024);
        int previousEnd = SegmentHeader.BYTES;
        for (int i = 0; i < records.size(); i += 3) {
            List<Bytes> batch = records.subList(i, Math.min(i + 3, records.size()));
            ByteWriter out = new ByteWriter(256);
            SegmentFormat format = segment.format();
            out.zeros(format.headerBytes());
            batch.forEach(record -> frame(out, record));
            int payload = out.position() - format.headerBytes();
            out.u8(BatchHeader.SEAL);
            // Frames are too close to each other for a sector of zeros between them.
            new BatchHeader(format, i / 3 + 1, batch.size(), payload, 0, previousEnd, 0)
                    .encode(out.written(), segment, previousEnd);
            previousEnd += out.position();
            all.raw(out.toBytes());
        }
        return all.written();
    }

    /// As [SegmentScan#writeRecord] frames what is a record.
    private static void frame(ByteWriter out, Bytes record) {
        ByteWriter checked = new ByteWriter(64);
        checked.u32(record.length() - 1).raw(record);
        int crc = checked.crc(0, checked.position());
        out.u32(record.length() - 1).u8(record.byteAt(0)).u32(crc);
        out.raw(record.slice(1, record.length()));
    }

    @FuzzTest
    void snapshot(byte[] input) throws IOException {
        readSnapshot(input);
        readSnapshot(mendedSnapshot(input));
    }

    private static void readSnapshot(byte[] input) throws IOException {
        String name = SnapshotFile.fileName(9);
        MemoryDisk disk = new MemoryDisk();
        disk.put(name, input);
        try (DiskFile file = disk.open(name)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, name, "test");
            byte[] data = in.readAllBytes();
            in.finish();
            assertThat(data.length).isLessThan(input.length);
            MemoryDisk other = new MemoryDisk();
            DiskFile copy = other.open(name);
            SnapshotFile.Writer out = new SnapshotFile.Writer(copy, "test", in.handle());
            out.write(data);
            out.finish();
            SnapshotFile.Reader again = new SnapshotFile.Reader(copy, name, "test");
            assertThat(again.handle()).isEqualTo(in.handle());
            assertThat(again.readAllBytes()).isEqualTo(data);
        } catch (WrongDiskException | DamagedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    /// What was fetched of a snapshot when a replica stopped: what holds of it is used.
    @FuzzTest
    void partialSnapshot(byte[] input) throws IOException {
        soundPrefix(input);
        soundPrefix(mendedSnapshot(input));
    }

    private static void soundPrefix(byte[] input) throws IOException {
        int sound = soundBytes(input);
        assertThat(sound).isBetween(0, input.length);
        assertThat(soundBytes(Arrays.copyOf(input, sound))).isEqualTo(sound);
    }

    private static int soundBytes(byte[] input) throws IOException {
        PartialSnapshot.Name name = new PartialSnapshot.Name(9, input.length, 0);
        MemoryDisk disk = new MemoryDisk();
        disk.put(name.fileName(), input);
        assertThat(PartialSnapshot.all(disk)).containsExactly(name);
        try (DiskFile file = disk.open(name.fileName())) {
            return Math.toIntExact(SnapshotFile.soundPrefix(file, name.fileName(), "test"));
        }
    }

    /// The checksums of header, blocks and whole put right, as far as the lengths make sense.
    private static byte[] mendedSnapshot(byte[] input) {
        ByteBuffer file = ByteBuffer.wrap(input.clone());
        int header = file.limit() < 20 ? -1 : file.getInt(12);
        if (header < 0 || header > file.limit() - 20) {
            return file.array();
        }
        int at = 16 + header;
        file.putInt(at, Crc.of(file.slice(0, at)));
        at += 4;
        for (long blocks = 0; file.limit() - at >= 4; blocks++) {
            int length = file.getInt(at);
            if (length == 0 && file.limit() - at >= 24) {
                file.putLong(at + 4, blocks);
                file.putInt(at + 20, Crc.of(file.slice(0, at + 20)));
            }
            if (length <= 0 || length > file.limit() - at - 8) {
                break;
            }
            file.putInt(at + 4 + length, Crc.of(file.slice(at + 4, length), 9, blocks, length));
            at += 8 + length;
        }
        return file.array();
    }

    private static byte[] withChecksum(ByteBuffer file, int end) {
        file.putInt(end, Crc.of(file.slice(0, end)));
        return file.array();
    }
}
