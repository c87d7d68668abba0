package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ephor.log.TestLog.Opened;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Many segments: rolling over, reading back, truncation.
class SegmentsTest {
    private static final LogSettings SETTINGS = LogSettings.DEFAULT.withSegments(2048, 1024);

    private final MemoryDisk disk = new MemoryDisk();

    private ReplayLog write(int instances) throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = TestLog.open(disk, SETTINGS).log();
        log.append(List.of(new Stored.Started(1)));
        for (int i = 1; i <= instances; i++) {
            log.append(List.of(TestLog.accepted(i, text(i))));
        }
        return log;
    }

    private static String text(long instance) {
        return instance + "-".repeat(200);
    }

    private List<String> segments() {
        return disk.list().stream().filter(SegmentHeader::isSegment).toList();
    }

    private List<Value> read(ReplayLog log, long from, long to, int bytes) throws IOException {
        return LogReader.read(disk, log.index().find(from, to, 4L * bytes), from, bytes);
    }

    /// An instance may have an old record, accepted and never chosen, near the beginning, and the
    /// one that counts far behind it, in a stretch that did not fit the answer.
    @Test
    void anOldRecordIsNeverRead() throws IOException {
        ReplayLog log = write(50);
        for (long i = 20; i <= 50; i++) {
            log.append(List.of(TestLog.accepted(i, "newer" + text(i))));
        }
        for (int bytes = 100; bytes < 30_000; bytes += 500) {
            List<Value> read = read(log, 1, 50, bytes);
            for (int i = 19; i < read.size(); i++) {
                assertThat(read.get(i).size()).isGreaterThan(text(i + 1).length());
            }
            assertThat(read).isNotEmpty();
        }
    }

    private static List<Value> values(long from, long to) {
        List<Value> values = new ArrayList<>();
        for (long i = from; i <= to; i++) {
            if (TestLog.accepted(i, text(i))
                    instanceof Stored.Core(Record.Accepted(long j, var s, Value value))) {
                values.add(value);
            }
        }
        return values;
    }

    @Test
    void rollsOverAndComesBack() throws IOException {
        write(50);
        assertThat(segments()).hasSizeGreaterThan(5);
        Opened opened = TestLog.open(disk, SETTINGS);
        for (int i = 1; i <= 50; i++) {
            assertThat(opened.records()).contains(TestLog.accepted(i, text(i)));
        }
        assertThat(opened.recovery().startsBefore()).isPositive();
    }

    @Test
    void readsBackWhatIsAskedFor() throws IOException {
        ReplayLog log = write(50);
        assertThat(read(log, 1, 50, 1 << 20)).isEqualTo(values(1, 50));
        assertThat(read(log, 20, 33, 1 << 20)).isEqualTo(values(20, 33));
        assertThat(read(log, 50, 60, 1 << 20)).isEqualTo(values(50, 50));
        assertThat(read(log, 51, 60, 1 << 20)).isEmpty();
        ReplayLog reopened = TestLog.open(disk, SETTINGS).log();
        assertThat(read(reopened, 7, 49, 1 << 20)).isEqualTo(values(7, 49));
    }

    @Test
    void answersAreBounded() throws IOException {
        ReplayLog log = write(50);
        List<Value> some = read(log, 5, 50, 1000);
        assertThat(some.size()).isBetween(2, 6);
        assertThat(some).isEqualTo(values(5, 4 + some.size()));
        assertThat(read(log, 5, 50, 1)).isEqualTo(values(5, 5));
    }

    /// The last record of an instance wins, and a gap ends the answer.
    @Test
    void theLastRecordWins() throws IOException {
        ReplayLog log = write(20);
        SequenceNumber later = new SequenceNumber(9, ReplicaId.of(1));
        Value noOp = new Value.NoOp(later);
        log.append(
                List.of(
                        new Stored.Core(new Record.Accepted(3, later, noOp)),
                        new Stored.Core(new Record.Chosen(4, noOp)),
                        new Stored.Core(new Record.Accepted(30, later, noOp))));
        List<Value> expected = values(1, 20);
        expected.set(2, noOp);
        expected.set(3, noOp);
        assertThat(read(log, 1, 50, 1 << 20)).isEqualTo(expected);
    }

    @Test
    void truncationDeletesWholeSegmentsAndKeepsWhatMatters() throws IOException {
        ReplayLog log = write(50);
        SequenceNumber promised = new SequenceNumber(70, ReplicaId.of(3));
        log.append(List.of(new Stored.Core(new Record.Promised(promised))));
        log.append(List.of(new Stored.Core(new Record.ChosenUpTo(55))));
        for (int i = 51; i <= 60; i++) {
            log.append(List.of(TestLog.accepted(i, text(i))));
        }
        int before = segments().size();
        List<String> obsolete = log.truncate(48, false);
        LogRecovery.deleteOneByOne(disk, obsolete);
        long begins = log.begins().instance();
        assertThat(segments()).hasSize(before - obsolete.size());
        assertThat(obsolete.size()).isGreaterThan(5);
        assertThat(begins).isBetween(40L, 48L);
        assertThat(read(log, begins + 1, 60, 1 << 20)).isEqualTo(values(begins + 1, 60));

        Opened opened = TestLog.open(disk, SETTINGS);
        assertThat(opened.log().begins().instance()).isEqualTo(begins);
        assertThat(opened.recovery().startsBefore()).isPositive();
        Recovered recovered = recovered(opened, begins);
        assertThat(recovered.promised()).isEqualTo(promised);
        assertThat(recovered.chosenUpTo()).isEqualTo(55);
        assertThat(recovered.entries().firstKey()).isEqualTo(begins + 1);
    }

    private static Recovered recovered(Opened opened, long base) {
        Recovered.Replay replay = new Recovered.Replay(base);
        for (Stored stored : opened.records()) {
            if (stored instanceof Stored.Core(Record record)) {
                replay.add(record);
            }
        }
        return replay.result(Membership.of(ReplicaId.of(1)));
    }

    @Test
    void anInterruptedTruncationIsFinished() throws IOException {
        ReplayLog log = write(50);
        List<String> obsolete = log.truncate(30, false);
        disk.delete(obsolete.getFirst());
        Opened opened = TestLog.open(disk, SETTINGS);
        assertThat(segments()).doesNotContainAnyElementsOf(obsolete);
        assertThat(opened.log().begins().instance()).isPositive();
        assertThat(TestLog.open(disk, SETTINGS).log().begins()).isEqualTo(opened.log().begins());
    }

    /// What a snapshot from another replica replaced is not used again, though its segment stays.
    @Test
    void whatWasAbandonedIsTold() throws IOException {
        ReplayLog log = write(3);
        log.truncate(1000, true);
        assertThat(TestLog.open(disk, SETTINGS).log().begins().instance()).isEqualTo(1000);
    }

    @Test
    void aMissingSegmentIsDamage() throws IOException {
        write(50);
        for (String name : segments().subList(0, segments().size() - 1)) {
            MemoryDisk changed = disk.copy();
            changed.delete(name);
            assertThatThrownBy(() -> TestLog.open(changed, SETTINGS))
                    .as(name)
                    .isInstanceOf(DamagedException.class)
                    .hasMessageContaining("missing");
        }
        MemoryDisk empty = disk.copy();
        for (String name : segments()) {
            empty.delete(name);
        }
        assertThatThrownBy(() -> TestLog.open(empty, SETTINGS))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void damageToAnEarlierSegmentIsTold() throws IOException {
        write(50);
        SplittableRandom random = new SplittableRandom(3);
        for (String name : segments().subList(0, segments().size() - 1)) {
            for (int round = 0; round < 50; round++) {
                byte[] bytes = disk.bytes(name);
                bytes[random.nextInt(1200)] ^= 4;
                MemoryDisk changed = disk.copy();
                changed.put(name, bytes);
                assertThatThrownBy(() -> TestLog.open(changed, SETTINGS))
                        .isInstanceOf(DamagedException.class);
            }
        }
    }

    @Test
    void damageIsFoundWhenItIsReadBack() throws IOException {
        ReplayLog log = write(50);
        byte[] bytes = disk.bytes(segments().getFirst());
        bytes[900] ^= 4;
        disk.put(segments().getFirst(), bytes);
        assertThatThrownBy(() -> read(log, 1, 10, 1 << 20)).isInstanceOf(DamagedException.class);
    }

    /// A crash at any operation while the log is written: all that was acknowledged is there.
    @Test
    void aCrashAtAnyOperationLosesNothing() throws IOException {
        MemoryDisk counting = new MemoryDisk();
        fill(counting, new ArrayList<>());
        long operations = counting.operations();
        assertThat(operations).isGreaterThan(100);
        for (long at = 1; at < operations; at++) {
            for (int seed = 0; seed < 4; seed++) {
                MemoryDisk crashing = new MemoryDisk();
                List<Stored> acknowledged = new ArrayList<>();
                crashing.crashAfter(at);
                try {
                    fill(crashing, acknowledged);
                } catch (MemoryDisk.Crash e) {
                    crashing.restart(new SplittableRandom(at * 10 + seed));
                }
                if (!crashing.exists(Identity.FILE)) {
                    assertThat(acknowledged).isEmpty();
                    TestLog.bootstrap(crashing);
                }
                List<Stored> found = TestLog.open(crashing, SETTINGS).records();
                if (!acknowledged.isEmpty()) {
                    assertThat(found)
                            .as("crash at operation %d, seed %d", at, seed)
                            .containsSubsequence(acknowledged);
                }
            }
        }
    }

    /// The process ended between naming the newest segment and writing its first batch.
    private void loseTheFirstBatch() {
        byte[] named = disk.bytes(segments().getLast());
        Arrays.fill(named, SegmentHeader.BYTES, named.length, (byte) 0);
        disk.put(segments().getLast(), named);
    }

    /// What the earlier segments say is repeated before anything else is written, or it would go
    /// with them: a promise that nothing was accepted under.
    @Test
    void aSegmentThatWasOnlyNamedBeginsAsAnyOther() throws IOException {
        ReplayLog log = write(5);
        SequenceNumber promised = new SequenceNumber(9, ReplicaId.of(2));
        log.append(List.of(new Stored.Core(new Record.Promised(promised))));
        for (int i = 6; i <= 100; i++) {
            log.append(List.of(new Stored.Core(new Record.Chosen(i, new Value.NoOp(promised)))));
        }
        assertThat(segments().size()).isGreaterThan(1);
        loseTheFirstBatch();

        ReplayLog reopened = TestLog.open(disk, SETTINGS).log();
        reopened.append(List.of(new Stored.Started(2)));
        LogRecovery.deleteOneByOne(disk, reopened.truncate(100, true));
        assertThat(segments()).hasSize(1);
        Opened opened = TestLog.open(disk, SETTINGS);
        assertThat(recovered(opened, 100).promised()).isEqualTo(promised);
        assertThat(opened.recovery().startsBefore()).isEqualTo(2);
    }

    @Test
    void anOldestSegmentThatRepeatsNothingIsDamage() throws IOException {
        write(20);
        loseTheFirstBatch();
        for (String name : segments().subList(0, segments().size() - 1)) {
            disk.delete(name);
        }
        assertThatThrownBy(() -> TestLog.open(disk, SETTINGS))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("which are gone");
    }

    private static void fill(MemoryDisk disk, List<Stored> acknowledged) throws IOException {
        TestLog.bootstrap(disk);
        ReplayLog log = TestLog.open(disk, SETTINGS).log();
        for (int i = 1; i <= 30; i++) {
            List<Stored> batch = new ArrayList<>();
            for (int j = 0; j <= i % 3; j++) {
                batch.add(TestLog.accepted(i, text(i) + j));
            }
            log.append(batch);
            acknowledged.addAll(batch);
            if (i % 7 == 0) {
                log.prove();
            }
        }
    }
}
