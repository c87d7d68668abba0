package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import dev.ephor.log.SegmentFormatTest.Tail;
import dev.ephor.log.TestLog.Opened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Something happens to the bytes of a replica that stood still: whatever it is, the replica
/// notices, or it did not matter. It never goes on from less than it had made durable.
class DamageFuzzTest {
    /// Bytes that are changed at most.
    private static final int LARGEST = 2048;

    private static final List<Stored> WRITTEN = records();
    private static final MemoryDisk DISK = directory();

    private static List<Stored> records() {
        List<Stored> records = new ArrayList<>();
        records.add(new Stored.Started(1));
        for (int i = 1; i <= 40; i++) {
            String text = i % 3 == 0 ? "\0" : "x";
            records.add(TestLog.accepted(i, text.repeat(i * i * 5 % 1701)));
        }
        return records;
    }

    /// Segments of both formats with what a log has written, among it zeros. The last batch proves
    /// those before it, and is further away from them than anything that is changed is long.
    private static MemoryDisk directory() {
        MemoryDisk disk = new MemoryDisk();
        try {
            TestLog.bootstrap(disk);
            for (int i = 0; i < WRITTEN.size(); i += 2) {
                LogSettings settings = TestLog.SETTINGS.withSegmentFormat(2 - i / 14 % 2);
                ReplayLog log = TestLog.open(disk, settings).log();
                log.append(WRITTEN.subList(i, Math.min(i + 2, WRITTEN.size())));
                log.close();
            }
            ReplayLog log = TestLog.open(disk).log();
            log.prove();
            log.prove();
            log.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return disk;
    }

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreSmallDamages() throws IOException {
        Seeds seeds = Seeds.of(DamageFuzzTest.class);
        for (int file = 0; file < DISK.list().size(); file++) {
            seeds.add("bytes", "zeros-in-" + file, change(file, 300, new byte[64]));
            seeds.add("bytes", "one-byte-in-" + file, change(file, 60, new byte[] {7}));
            seeds.add("end", "of-" + file, change(file, 1000, new byte[0]));
        }
        seeds.add("lastBatch", "of-zeros-alone", lastBatch(200, 0, 900, new byte[40]));
        byte[] some = new byte[60];
        some[17] = 1;
        some[50] = 2;
        seeds.add("lastBatch", "of-zeros-and-little-else", lastBatch(400, -3, 30, some));
        seeds.add("lastBatch", "small", lastBatch(80, -1, 10, new byte[1]));
        seeds.check();
    }

    private static byte[] change(int file, int at, byte[] bytes) {
        return ByteBuffer.allocate(3 + bytes.length)
                .put((byte) file)
                .putShort((short) at)
                .put(bytes)
                .array();
    }

    private static byte[] lastBatch(int before, int written, int place, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putShort((short) before)
                .putInt(written)
                .putShort((short) place)
                .put(content)
                .array();
    }

    /// Other bytes in some place: the input says in which file, where, and which.
    @FuzzTest
    void bytes(byte[] input) throws IOException {
        if (input.length > 3) {
            MemoryDisk disk = DISK.copy();
            String name = file(input);
            byte[] content = disk.bytes(name);
            int at = offset(input, content.length);
            int length = Math.min(Math.min(input.length - 3, LARGEST), content.length - at);
            System.arraycopy(input, 3, content, at, length);
            disk.put(name, content);
            assertThat(read(disk)).isIn(List.of(), WRITTEN);
        }
    }

    /// A file that ends too early. The newest segment may look as it once was, and then only the
    /// other replicas can know that there was more.
    @FuzzTest
    void end(byte[] input) throws IOException {
        if (input.length >= 3) {
            MemoryDisk disk = DISK.copy();
            String name = file(input);
            byte[] content = disk.bytes(name);
            disk.put(name, Arrays.copyOf(content, offset(input, content.length)));
            List<Stored> read = read(disk);
            if (name.equals(DISK.list().getLast())) {
                assertThat(WRITTEN.subList(0, read.size())).isEqualTo(read);
            } else {
                assertThat(read).isIn(List.of(), WRITTEN);
            }
        }
    }

    /// A last batch that nothing proves, of much that is zeros: with a bit that flipped it is
    /// damaged, and with sectors that were not written it is torn, if anything is missing. The
    /// input says where the batch begins, what was written, which bit, and what it holds.
    @FuzzTest
    void lastBatch(byte[] input) throws IOException {
        if (input.length < 8) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(input);
        int before = in.getShort() & 0x1ff;
        int written = in.getInt();
        int place = in.getShort() & 0xffff;
        byte[] content = new byte[64 * Math.min(in.remaining(), 100)];
        for (int i = 0; i < content.length; i++) {
            byte of = input[8 + i / 64];
            content[i] = of % 3 == 0 ? 0 : of;
        }
        Tail tail = Tail.write(SegmentFormat.TWO, before, content);
        MemoryDisk left = tail.withSectors(written);
        assertThat(TestLog.open(left).records())
                .isEqualTo(tail.stored().subList(0, tail.is(left) ? 2 : 1));
        byte[] flipped = tail.bytes();
        flipped[tail.begin() + place % (tail.end() - tail.begin())] ^= (byte) (1 << (written & 7));
        assertThatThrownBy(() -> TestLog.open(tail.with(flipped)))
                .isInstanceOf(DamagedException.class);
    }

    private static String file(byte[] input) {
        List<String> names = DISK.list();
        return names.get((input[0] & 0xff) % names.size());
    }

    private static int offset(byte[] input, int length) {
        return (ByteBuffer.wrap(input).getShort(1) & 0xffff) % length;
    }

    /// What a log that opens has of all that was written; nothing where it does not open.
    private static List<Stored> read(MemoryDisk disk) throws IOException {
        try {
            Opened opened = TestLog.open(disk);
            return opened.records().stream().filter(WRITTEN::contains).distinct().toList();
        } catch (WrongDiskException | DamagedException refused) {
            assertThat(refused).hasMessageNotContaining("null");
            return List.of();
        }
    }
}
