package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Settings;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/// What tests of the replay log have in common.
final class TestLog {
    static final SequenceNumber SEQUENCE = new SequenceNumber(5, ReplicaId.of(2));
    static final LogSettings SETTINGS = LogSettings.DEFAULT.withSegments(8192, 1024);

    /// Everything that was told to the operator.
    static final class Told implements Reporter {
        final List<String> infos = Collections.synchronizedList(new ArrayList<>());
        final List<String> warnings = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void info(String message) {
            infos.add(message);
        }

        @Override
        public void warn(String message) {
            warnings.add(message);
        }
    }

    /// Everything that was told to the operator, in one list.
    record Lines(List<String> lines) implements Reporter {
        @Override
        public void info(String message) {
            lines.add(message);
        }

        @Override
        public void warn(String message) {
            lines.add("warning: " + message);
        }
    }

    /// What a log gave back when it was opened.
    record Opened(ReplayLog log, List<Stored> records, Told told, LogRecovery recovery) {}

    private TestLog() {}

    /// So few entries in memory that catch-up must read the disk.
    static Settings shortTail() {
        Settings d = Settings.DEFAULT;
        return new Settings(
                d.lease(),
                d.driftDivisor(),
                d.heartbeat(),
                d.backoff(),
                d.attempt(),
                d.retransmit(),
                d.window(),
                d.batchBytes(),
                d.queueBytes(),
                4,
                1 << 20);
    }

    static Identity bootstrap(Disk disk) throws IOException {
        return Identity.bootstrap(
                disk,
                "test",
                ReplicaId.of(1),
                Membership.of(ReplicaId.of(1)),
                new SplittableRandom(42));
    }

    static Opened open(Disk disk) throws IOException {
        return open(disk, SETTINGS);
    }

    static Opened open(Disk disk, LogSettings settings) throws IOException {
        Identity identity = Identity.load(disk, "test", 1);
        Told told = new Told();
        LogRecovery recovery = new LogRecovery(disk, identity, settings, told);
        List<Stored> records = new ArrayList<>();
        ReplayLog log = recovery.open(records::add);
        return new Opened(log, records, told, recovery);
    }

    static Stored accepted(long instance, String text) {
        return new Stored.Core(
                new Record.Accepted(
                        instance,
                        SEQUENCE,
                        new Value.Commands(SEQUENCE, List.of(Bytes.utf8(text)))));
    }
}
