package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The format of a snapshot: what was written comes back, or it is told that it does not.
class SnapshotFileTest {
    private static final SnapshotHandle HANDLE =
            new SnapshotHandle(
                    77,
                    Membership.of(ReplicaId.of(1), ReplicaId.of(2)),
                    new Epoch(40, new SequenceNumber(5, ReplicaId.of(2))));
    private static final String NAME = SnapshotFile.fileName(77);

    private final MemoryDisk disk = new MemoryDisk();

    private void write(byte[] content, int pieces) throws IOException {
        try (DiskFile file = disk.open(NAME)) {
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, "test", HANDLE);
            for (int at = 0; at < content.length; at += pieces) {
                out.write(content, at, Math.min(pieces, content.length - at));
            }
            assertThat(out.finish()).isEqualTo(file.size());
        }
    }

    private byte[] read(String cell) throws IOException {
        try (DiskFile file = disk.open(NAME)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, NAME, cell);
            assertThat(in.handle()).isEqualTo(HANDLE);
            byte[] content = in.readAllBytes();
            in.finish();
            return content;
        }
    }

    private static byte[] random(int length) {
        byte[] content = new byte[length];
        new SplittableRandom(length).nextBytes(content);
        return content;
    }

    @Test
    void comesBackAsItWas() throws IOException {
        for (int length : new int[] {0, 1, 1000, 65_535, 65_536, 65_537, 200_000}) {
            byte[] content = random(length);
            write(content, 7001);
            assertThat(read("test")).isEqualTo(content);
            disk.put(NAME, new byte[0]);
        }
    }

    @Test
    void bytesWrittenOneByOneAreTheSame() throws IOException {
        byte[] content = random(70_000);
        try (DiskFile file = disk.open(NAME)) {
            SnapshotFile.Writer out = new SnapshotFile.Writer(file, "test", HANDLE);
            for (byte b : content) {
                out.write(b);
            }
            out.finish();
        }
        try (DiskFile file = disk.open(NAME)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, NAME, "test");
            for (byte b : content) {
                assertThat(in.read()).isEqualTo(b & 0xff);
            }
            assertThat(in.read()).isEqualTo(-1);
            in.finish();
        }
    }

    @Test
    void everyBitFlipIsFound() throws IOException {
        write(random(150), 50);
        byte[] good = disk.bytes(NAME);
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = good.clone();
                flipped[at] ^= (byte) (1 << bit);
                disk.put(NAME, flipped);
                assertThatThrownBy(() -> read("test"))
                        .as("bit %d of byte %d", bit, at)
                        .isInstanceOf(DamagedException.class);
            }
        }
    }

    @Test
    void everyTruncationIsFound() throws IOException {
        write(random(150), 50);
        byte[] good = disk.bytes(NAME);
        for (int length = 0; length < good.length; length++) {
            disk.put(NAME, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> read("test")).isInstanceOf(DamagedException.class);
        }
        disk.put(NAME, Arrays.copyOf(good, good.length + 1));
        assertThatThrownBy(() -> read("test")).isInstanceOf(DamagedException.class);
    }

    @Test
    void aReaderThatStopsEarlyStillLearnsOfDamage() throws IOException {
        write(random(200_000), 1000);
        byte[] flipped = disk.bytes(NAME);
        flipped[150_000] ^= 1;
        disk.put(NAME, flipped);
        try (DiskFile file = disk.open(NAME)) {
            SnapshotFile.Reader in = new SnapshotFile.Reader(file, NAME, "test");
            assertThat(in.read()).isGreaterThanOrEqualTo(0);
            assertThatThrownBy(in::finish).isInstanceOf(DamagedException.class);
        }
    }

    @Test
    void anotherCellsSnapshotIsRefused() throws IOException {
        write(random(10), 10);
        assertThatThrownBy(() -> read("other"))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("'test'");
    }

    /// Of a file that is not complete everything up to the first block that is not whole is sound.
    @Test
    void theSoundPartEndsWhereABlockIsNotWhole() throws IOException {
        write(random(300_000), 10_000);
        byte[] good = disk.bytes(NAME);
        int block = 4 + 65_536 + 4;
        int header = good.length - 24 - 4 * block - (4 + 300_000 - 4 * 65_536 + 4);
        assertThat(sound(good)).isEqualTo(good.length);
        assertThat(sound(Arrays.copyOf(good, good.length - 1))).isEqualTo(good.length - 24);
        assertThat(sound(Arrays.copyOf(good, header + 2 * block + 5000)))
                .isEqualTo(header + 2 * block);
        byte[] hole = good.clone();
        Arrays.fill(hole, header + block + 100, header + block + 612, (byte) 0);
        assertThat(sound(hole)).isEqualTo(header + block);
        byte[] zeros = Arrays.copyOf(Arrays.copyOf(good, header + block), good.length);
        assertThat(sound(zeros)).isEqualTo(header + block);
        assertThat(sound(Arrays.copyOf(good, header - 1))).isZero();
        assertThat(sound(new byte[0])).isZero();
    }

    private long sound(byte[] content) throws IOException {
        disk.put(NAME, content);
        try (DiskFile file = disk.open(NAME)) {
            return SnapshotFile.soundPrefix(file, NAME, "test");
        }
    }
}
