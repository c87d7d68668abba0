package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.TestLog.Opened;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What tells the formats of a segment apart, a last batch with sectors of zeros in it, and how
/// they lie next to each other in one directory.
class SegmentFormatTest {
    private static final String FIRST = SegmentHeader.fileName(1);
    private static final int SECTOR = ZeroSectors.SECTOR;

    /// Zeros, something for less than a sector, zeros, and something at the end.
    private static final byte[][] MUCH_OF_NOTHING = {
        new byte[1300], {1, 0, 0, 2}, new byte[700], {3}
    };

    /// A segment whose last batch nothing proves.
    ///
    /// @param stored what was written in two batches, a record each
    /// @param begin where the second one begins
    /// @param end where it ends
    record Tail(MemoryDisk disk, List<Stored> stored, int begin, int end) {
        /// @param before how long the first batch is, about
        static Tail write(SegmentFormat format, int before, byte[]... commands) throws IOException {
            MemoryDisk disk = new MemoryDisk();
            TestLog.bootstrap(disk);
            ReplayLog log = open(disk, format).log();
            Stored first = TestLog.accepted(1, "x".repeat(before));
            Stored last = accepted(2, commands);
            log.append(List.of(first));
            int begin = endOf(disk);
            log.append(List.of(last));
            log.close();
            return new Tail(disk, List.of(first, last), begin, endOf(disk));
        }

        byte[] bytes() {
            return disk.bytes(FIRST);
        }

        MemoryDisk with(byte[] segment) {
            MemoryDisk changed = disk.copy();
            changed.put(FIRST, segment);
            return changed;
        }

        /// What is left where of the second batch only some sectors were written.
        MemoryDisk withSectors(int written) {
            byte[] torn = bytes();
            int at = begin;
            for (int i = 0; at < end; i++) {
                int next = Math.min(end, (at / SECTOR + 1) * SECTOR);
                if ((written & 1 << i) == 0) {
                    Arrays.fill(torn, at, next, (byte) 0);
                }
                at = next;
            }
            return with(torn);
        }

        int sectors() {
            return (end - 1) / SECTOR - begin / SECTOR + 1;
        }

        boolean is(MemoryDisk other) {
            return Arrays.equals(bytes(), other.bytes(FIRST));
        }
    }

    private static Opened open(MemoryDisk disk, SegmentFormat format) throws IOException {
        return TestLog.open(disk, TestLog.SETTINGS.withSegmentFormat(format.version()));
    }

    private static Stored accepted(long instance, byte[]... commands) {
        List<Bytes> bytes = Arrays.stream(commands).map(Bytes::wrap).toList();
        Value value = new Value.Commands(TestLog.SEQUENCE, bytes);
        return new Stored.Core(new Record.Accepted(instance, TestLog.SEQUENCE, value));
    }

    private static int endOf(MemoryDisk disk) {
        ByteBuffer content = ByteBuffer.wrap(disk.bytes(FIRST));
        SegmentScan scan =
                new SegmentScan(
                        SegmentHeader.decode(FIRST, content),
                        content.slice(SegmentHeader.BYTES, content.limit() - SegmentHeader.BYTES),
                        SegmentHeader.BYTES,
                        1);
        while (scan.next() != null) {
            assertThat(scan.end()).isPositive();
        }
        return scan.end();
    }

    @ParameterizedTest
    @EnumSource
    void zerosComeBack(SegmentFormat format) throws IOException {
        for (int length = 0; length < 4000; length += 97) {
            byte[][] zeros = {new byte[length], new byte[3], new byte[length / 2]};
            Tail tail = Tail.write(format, length / 5, zeros);
            assertThat(TestLog.open(tail.disk()).records()).isEqualTo(tail.stored());
        }
    }

    /// Wherever in a sector the batch begins, and whatever of it is hit: its header, its records,
    /// the sectors that are zeros, the list of these.
    @Test
    void aFlippedBitInALastBatchOfZerosIsDamage() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int before = 0; before < SECTOR; before += 61) {
            Tail tail = Tail.write(SegmentFormat.TWO, before, MUCH_OF_NOTHING);
            for (int at = tail.begin(); at < tail.end(); at++) {
                byte[] flipped = tail.bytes();
                flipped[at] ^= (byte) (1 << random.nextInt(8));
                MemoryDisk changed = tail.with(flipped);
                assertThatThrownBy(() -> TestLog.open(changed))
                        .as("byte %d of a batch at %d", at - tail.begin(), tail.begin())
                        .isInstanceOf(DamagedException.class)
                        .hasMessageContaining(FIRST + ": damaged at offset");
                assertThat(changed.bytes(FIRST)).isEqualTo(flipped);
            }
        }
    }

    /// The known weakness of the first format: such a batch looks torn, and is forgotten.
    @Test
    void inTheFirstFormatItLooksTorn() throws IOException {
        Tail tail = Tail.write(SegmentFormat.ONE, 0, MUCH_OF_NOTHING);
        byte[] flipped = tail.bytes();
        flipped[tail.end() - 2] ^= 1;
        Opened opened = TestLog.open(tail.with(flipped));
        assertThat(opened.records()).isEqualTo(tail.stored().subList(0, 1));
        assertThat(opened.told().infos).singleElement().asString().contains("cut");
    }

    /// Whichever sectors of the last batch a write left out, it is torn, and what comes next is
    /// written in its place. Where only zeros were left out nothing is missing.
    @ParameterizedTest
    @EnumSource
    void leftOutSectorsAreTorn(SegmentFormat format) throws IOException {
        for (int before = 0; before < SECTOR; before += 61) {
            Tail tail = Tail.write(format, before, MUCH_OF_NOTHING);
            int all = (1 << tail.sectors()) - 1;
            int whole = 0;
            for (int written = 0; written <= all; written++) {
                MemoryDisk left = tail.withSectors(written);
                boolean isWhole = tail.is(left);
                whole += isWhole ? 1 : 0;
                Opened opened = TestLog.open(left);
                List<Stored> expected = new ArrayList<>(tail.stored().subList(0, isWhole ? 2 : 1));
                assertThat(opened.records())
                        .as("sectors %x of %x", written, all)
                        .isEqualTo(expected);
                expected.add(TestLog.accepted(9, "z"));
                opened.log().append(expected.subList(expected.size() - 1, expected.size()));
                assertThat(TestLog.open(left).records()).containsSubsequence(expected);
            }
            assertThat(whole).isGreaterThan(1);
        }
    }

    /// Any beginning of it, too.
    @ParameterizedTest
    @EnumSource
    void aCutBatchIsTorn(SegmentFormat format) throws IOException {
        for (int before = 0; before < SECTOR; before += 127) {
            Tail tail = Tail.write(format, before, MUCH_OF_NOTHING);
            for (int length = tail.begin(); length < tail.end(); length++) {
                byte[] torn = tail.bytes();
                Arrays.fill(torn, length, tail.end(), (byte) 0);
                assertThat(TestLog.open(tail.with(torn)).records())
                        .as("%d bytes", length)
                        .isEqualTo(tail.stored().subList(0, 1));
            }
        }
    }

    /// A write that was cut short leaves nothing where it had nothing to write.
    @Test
    void somethingInASectorOfZerosIsDamageThoughOthersAreMissing() throws IOException {
        Tail tail = Tail.write(SegmentFormat.TWO, 0, new byte[2 * SECTOR], noise(4 * SECTOR));
        byte[] torn = tail.withSectors(~(1 << 5)).bytes(FIRST);
        assertThat(TestLog.open(tail.with(torn)).records()).hasSize(1);
        torn[(tail.begin() / SECTOR + 1) * SECTOR + 100] = 1;
        assertThatThrownBy(() -> TestLog.open(tail.with(torn)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("was written whole");
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    /// Never trusted, although the checksum holds: a list names sectors of its own batch, in order.
    @Test
    void aListThatCannotBeIsRefused() throws IOException {
        SegmentHeader segment =
                SegmentHeader.decode(
                        FIRST,
                        ByteBuffer.wrap(Tail.write(SegmentFormat.TWO, 0, new byte[1]).bytes()));
        int[][] lists = {
            {0, 1},
            {1, 0},
            {1, -1},
            {1, 10},
            {10, 1},
            {-1, 1},
            {1, 1, 2, 1},
            {5, 1, 3, 1},
            {1, 1, 3, Integer.MAX_VALUE},
            {Integer.MAX_VALUE, Integer.MAX_VALUE}
        };
        for (int[] list : lists) {
            assertThatThrownBy(() -> ZeroSectors.read(listed(segment, list), segment, 8000, 9))
                    .as(Arrays.toString(list))
                    .isInstanceOf(MalformedException.class);
        }
        ZeroSectors read = ZeroSectors.read(listed(segment, 1, 1, 3, 7), segment, 8000, 9);
        assertThat(read).isNotNull().extracting(ZeroSectors::runs).isEqualTo(2);
        assertThat(ZeroSectors.read(listed(segment, 1, 1), segment, 8001, 9))
                .as("its checksum holds in one place only")
                .isNull();
    }

    private static ByteBuffer listed(SegmentHeader segment, int... numbers) {
        ByteWriter out = new ByteWriter(64);
        out.u8(BatchHeader.SEAL);
        Arrays.stream(numbers).forEach(out::u32);
        out.u32(Crc.of(out.written(), segment.store(), segment.number(), 8000));
        return out.written();
    }

    private static List<SegmentFormat> formats(MemoryDisk disk) {
        return disk.list().stream()
                .filter(SegmentHeader::isSegment)
                .map(name -> SegmentHeader.decode(name, ByteBuffer.wrap(disk.bytes(name))).format())
                .toList();
    }

    /// With another setting the next segment begins at once; all are read.
    @Test
    void bothLieNextToEachOther() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TestLog.bootstrap(disk);
        List<Stored> written = new ArrayList<>();
        List<SegmentFormat> settings =
                List.of(SegmentFormat.TWO, SegmentFormat.ONE, SegmentFormat.ONE, SegmentFormat.TWO);
        for (SegmentFormat format : settings) {
            ReplayLog log = open(disk, format).log();
            for (int i = 0; i < 3; i++) {
                written.add(accepted(written.size() + 1L, new byte[1500], noise(1)));
                log.append(written.subList(written.size() - 1, written.size()));
            }
            log.prove();
            log.close();
            assertThat(TestLog.open(disk).records()).containsSubsequence(written);
        }
        assertThat(formats(disk))
                .containsExactly(
                        SegmentFormat.TWO, SegmentFormat.ONE, SegmentFormat.ONE, SegmentFormat.TWO);
        ReplayLog log = TestLog.open(disk).log();
        List<Value> read = LogReader.read(disk, log.index().find(1, 12, 1 << 20), 1, 1 << 20);
        assertThat(read).hasSize(written.size());
    }

    /// A segment in which nothing was written yet gets the format that is wanted, and no successor.
    @Test
    void anEmptySegmentIsMadeAnew() throws IOException {
        MemoryDisk disk = new MemoryDisk();
        TestLog.bootstrap(disk);
        open(disk, SegmentFormat.ONE).log().append(List.of(TestLog.accepted(1, "a")));
        assertThat(formats(disk)).containsExactly(SegmentFormat.ONE);
        assertThat(TestLog.open(disk).records()).containsExactly(TestLog.accepted(1, "a"));
    }

    /// The same where the machine stops at any operation of the change.
    @Test
    void aCrashAtTheChangeLosesNothing() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (int written = 0; written < 2; written++) {
            for (int at = 1; at < 30; at++) {
                MemoryDisk disk = new MemoryDisk();
                TestLog.bootstrap(disk);
                List<Stored> stored = List.of(accepted(1, new byte[2000]));
                open(disk, SegmentFormat.TWO).log().append(stored.subList(0, written));
                ReplayLog log = open(disk, SegmentFormat.ONE).log();
                disk.crashAfter(at);
                try {
                    log.append(List.of(TestLog.accepted(2, "b")));
                } catch (MemoryDisk.Crash e) {
                    assertThat(e).isNotNull();
                }
                disk.restart(random);
                ReplayLog again = open(disk, SegmentFormat.ONE).log();
                again.append(List.of(TestLog.accepted(3, "c")));
                assertThat(TestLog.open(disk).records())
                        .containsAll(stored.subList(0, written))
                        .endsWith(TestLog.accepted(3, "c"));
            }
        }
    }
}
