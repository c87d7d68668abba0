package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.TestLog.Opened;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The replay log on disk: what was written comes back, and where it cannot, that is told. In each
/// format that is written.
@ParameterizedClass
@EnumSource
class ReplayLogTest {
    private static final String FIRST = SegmentHeader.fileName(1);

    @Parameter SegmentFormat format;

    private final MemoryDisk disk = new MemoryDisk();

    private Opened open(MemoryDisk from) throws IOException {
        return TestLog.open(from, TestLog.SETTINGS.withSegmentFormat(format.version()));
    }

    /// Four batches with records of several kinds.
    private List<List<Stored>> writeBatches() throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = open(disk).log();
        List<List<Stored>> batches =
                List.of(
                        List.of(
                                new Stored.Started(1),
                                new Stored.Core(new Record.Promised(TestLog.SEQUENCE))),
                        List.of(TestLog.accepted(1, "first"), TestLog.accepted(2, "second")),
                        List.of(
                                TestLog.accepted(3, "x".repeat(700)),
                                new Stored.Core(new Record.ChosenUpTo(2))),
                        List.of(
                                TestLog.accepted(4, "fourth"),
                                new Stored.Core(
                                        new Record.Chosen(5, new Value.NoOp(TestLog.SEQUENCE)))));
        for (List<Stored> batch : batches) {
            log.append(batch);
        }
        log.close();
        return batches;
    }

    private static List<Stored> flat(List<List<Stored>> batches) {
        List<Stored> all = new ArrayList<>();
        batches.forEach(all::addAll);
        return all;
    }

    /// Where each batch ends in the first segment, and the first of them where the header does.
    private List<Integer> ends() throws IOException {
        byte[] bytes = disk.bytes(FIRST);
        java.nio.ByteBuffer content = java.nio.ByteBuffer.wrap(bytes);
        SegmentHeader header = SegmentHeader.decode(FIRST, content);
        SegmentScan scan =
                new SegmentScan(
                        header,
                        content.slice(SegmentHeader.BYTES, bytes.length - SegmentHeader.BYTES),
                        SegmentHeader.BYTES,
                        1);
        List<Integer> ends = new ArrayList<>(List.of(scan.end()));
        while (scan.next() != null) {
            ends.add(scan.end());
        }
        return ends;
    }

    @Test
    void whatWasWrittenComesBack() throws IOException {
        List<List<Stored>> batches = writeBatches();
        Opened opened = open(disk);
        assertThat(opened.records()).isEqualTo(flat(batches));
        assertThat(opened.told().infos).isEmpty();
        assertThat(opened.recovery().startsBefore()).isPositive();

        opened.log().append(List.of(TestLog.accepted(6, "sixth")));
        assertThat(open(disk).records())
                .hasSize(flat(batches).size() + 1)
                .endsWith(TestLog.accepted(6, "sixth"));
    }

    @Test
    void aNewLogIsEmptyAndNeverStarted() throws IOException {
        TestLog.bootstrap(disk);
        Opened opened = open(disk);
        assertThat(opened.records()).isEmpty();
        assertThat(opened.recovery().startsBefore()).isZero();
    }

    /// Every bit of what was written, one after the other: the change is found, whether a later
    /// batch proves that the changed one had been flushed or not.
    @Test
    void everyBitFlipIsDamage() throws IOException {
        writeBatches();
        byte[] good = disk.bytes(FIRST);
        int written = ends().getLast();
        for (int at = 0; at < written; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = good.clone();
                flipped[at] ^= (byte) (1 << bit);
                MemoryDisk changed = disk.copy();
                changed.put(FIRST, flipped);
                assertThatThrownBy(() -> open(changed))
                        .as("bit %d of byte %d", bit, at)
                        .isInstanceOfSatisfying(
                                DamagedException.class, e -> assertThat(e.file()).isEqualTo(FIRST));
                assertThat(changed.bytes(FIRST)).isEqualTo(flipped);
            }
        }
    }

    /// In the room ahead of what was written nothing can be damaged.
    @Test
    void bitFlipsBeyondTheEndLoseNothing() throws IOException {
        List<List<Stored>> batches = writeBatches();
        byte[] good = disk.bytes(FIRST);
        for (int at = ends().getLast(); at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= 16;
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, flipped);
            assertThat(open(changed).records()).isEqualTo(flat(batches));
            assertThat(changed.bytes(FIRST)).isEqualTo(good);
        }
    }

    /// A file that was safely long and is shorter now was not shortened by a crash.
    @Test
    void everyTruncationIsDamage() throws IOException {
        writeBatches();
        byte[] good = disk.bytes(FIRST);
        for (int length = 0; length < good.length; length++) {
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> open(changed))
                    .as("%d bytes", length)
                    .isInstanceOf(DamagedException.class);
        }
    }

    /// The machine stops while the last batch is written, with any beginning of it on disk: it is
    /// cut, what came before is there, and what is written then is found later.
    @Test
    void everyTornBatchIsCut() throws IOException {
        List<List<Stored>> batches = writeBatches();
        byte[] good = disk.bytes(FIRST);
        List<Integer> ends = ends();
        int begin = ends.get(ends.size() - 2);
        for (int length = begin; length < ends.getLast(); length++) {
            byte[] torn = good.clone();
            Arrays.fill(torn, length, torn.length, (byte) 0);
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, torn);

            Opened opened = open(changed);
            List<Stored> left = flat(batches.subList(0, 3));
            assertThat(opened.records()).isEqualTo(left);
            if (length > begin) {
                assertThat(opened.told().infos).singleElement().asString().contains("cut");
            }
            opened.log().append(List.of(TestLog.accepted(9, "z")));
            left.add(TestLog.accepted(9, "z"));
            assertThat(open(changed).records()).isEqualTo(left);
        }
    }

    /// Sectors of the last batch are missing, in any combination: torn. A sector of an earlier one:
    /// damage.
    @Test
    void missingSectorsAreTornOnlyAtTheEnd() throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = open(disk).log();
        log.append(List.of(TestLog.accepted(1, "a".repeat(1800))));
        int end = ends().getLast();
        byte[] good = disk.bytes(FIRST);
        int first = SegmentHeader.BYTES / 512;
        int last = (end - 1) / 512;
        for (int missing = 1; missing < 1 << (last - first + 1); missing++) {
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, without(good, first, missing, end));
            assertThat(open(changed).records()).as("without %x", missing).isEmpty();
        }

        log.append(List.of(TestLog.accepted(2, "b")));
        byte[] longer = disk.bytes(FIRST);
        for (int missing = 1; missing < 1 << (last - first + 1); missing++) {
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, without(longer, first, missing, end));
            assertThatThrownBy(() -> open(changed))
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("proves that it had been flushed");
        }
    }

    /// Zeros in place of some sectors, from the end of the header to `end`.
    private static byte[] without(byte[] bytes, int first, int missing, int end) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < 31; i++) {
            if ((missing & 1 << i) != 0) {
                int from = Math.max(SegmentHeader.BYTES, (first + i) * 512);
                Arrays.fill(changed, from, Math.min(end, (first + i + 1) * 512), (byte) 0);
            }
        }
        return changed;
    }

    /// An empty batch, in a block of its own, vouches for the last one with records.
    @Test
    void aProofMakesALostBatchDamage() throws IOException {
        List<List<Stored>> batches = writeBatches();
        ReplayLog log = open(disk).log();
        log.prove();
        assertThat(open(disk).records()).isEqualTo(flat(batches));

        List<Integer> ends = ends();
        byte[] lost = disk.bytes(FIRST);
        Arrays.fill(lost, ends.get(3), ends.get(4), (byte) 0);
        disk.put(FIRST, lost);
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("proves");
    }

    @Test
    void aDamagedProofLosesNothing() throws IOException {
        List<List<Stored>> batches = writeBatches();
        open(disk).log().prove();
        byte[] good = disk.bytes(FIRST);
        int end = ends().getLast();
        for (int at = end - (format.headerBytes() + 1); at < end; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= 1;
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, flipped);
            Opened opened = open(changed);
            assertThat(opened.records()).isEqualTo(flat(batches));
            opened.log().append(List.of(TestLog.accepted(9, "z")));
            assertThat(open(changed).records()).endsWith(TestLog.accepted(9, "z"));
        }
    }

    /// Whoever can have bytes stored cannot make them pass for a batch, and so stop a replica from
    /// starting.
    @Test
    void dataIsNoProof() throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = open(disk).log();
        log.append(List.of(TestLog.accepted(1, "a")));
        log.append(List.of(TestLog.accepted(2, "b")));
        byte[] segment = disk.bytes(FIRST);
        List<Integer> ends = ends();
        Bytes batch = Bytes.copyOf(Arrays.copyOfRange(segment, ends.get(1), ends.get(2)));
        log.append(
                List.of(
                        new Stored.Core(
                                new Record.Accepted(
                                        3,
                                        TestLog.SEQUENCE,
                                        new Value.Commands(
                                                TestLog.SEQUENCE,
                                                List.of(batch, Bytes.wrap(new byte[600])))))));
        byte[] torn = disk.bytes(FIRST);
        Arrays.fill(torn, ends().getLast() - 3, torn.length, (byte) 0);
        disk.put(FIRST, torn);
        assertThat(open(disk).records()).hasSize(2);
    }

    @Test
    void aFileOfAnotherReplicaIsRefused() throws IOException {
        writeBatches();
        MemoryDisk other = new MemoryDisk();
        Identity.bootstrap(
                other,
                "test",
                dev.ephor.paxos.ReplicaId.of(2),
                dev.ephor.paxos.Membership.of(dev.ephor.paxos.ReplicaId.of(2)),
                new java.util.SplittableRandom(7));
        disk.put(FIRST, other.bytes(FIRST));
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(WrongDiskException.class)
                .hasMessageContaining("replica 2 of cell 'test'");
    }

    @Test
    void anErrorIsGivenOn() throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = open(disk).log();
        disk.failFlush = new IOException("no more");
        assertThatThrownBy(() -> log.append(List.of(TestLog.accepted(1, "a"))))
                .isInstanceOf(IOException.class)
                .hasMessage("no more");
    }
}
