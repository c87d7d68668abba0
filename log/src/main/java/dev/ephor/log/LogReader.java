package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.LogIndex.Stretch;
import dev.ephor.log.SegmentScan.Batch;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Reads values back from the replay log, for a replica that is behind. An errand, beside the disk
/// executor that writes: what it reads is never written again, and segments are deleted by errands
/// too.
final class LogReader {
    private LogReader() {}

    /// The values from `from` on, as far as `where` says, without a gap; the last record of an
    /// instance is the one that counts. Not more than about `bytes` of them, but at least one where
    /// there is one.
    ///
    /// @throws DamagedException what was written does not hold any more
    static List<Value> read(Disk disk, LogIndex.Found where, long from, int bytes)
            throws IOException {
        TreeMap<Long, Value> found = new TreeMap<>();
        long to = where.last();
        for (Stretch stretch : where.stretches()) {
            read(disk, stretch, from, to, found);
        }
        List<Value> values = new ArrayList<>();
        long size = 0;
        for (long instance = from; instance <= to; instance++) {
            Value value = found.get(instance);
            if (value == null) {
                break;
            }
            size += ValueCodec.sizeOf(value);
            if (size > bytes && !values.isEmpty()) {
                break;
            }
            values.add(value);
        }
        return values;
    }

    private static void read(
            Disk disk, Stretch stretch, long from, long to, TreeMap<Long, Value> found)
            throws IOException {
        String name = stretch.segment().fileName();
        ByteBuffer content;
        try (DiskFile file = disk.open(name)) {
            content = DiskFiles.read(file, name, stretch.origin(), stretch.bytes());
        }
        SegmentScan scan =
                new SegmentScan(stretch.segment(), content, stretch.origin(), stretch.firstBatch());
        while (scan.end() < stretch.end()) {
            Batch batch = scan.next();
            if (batch == null) {
                throw new DamagedException(
                        name,
                        scan.position(),
                        "a batch fails its checksum that was flushed before");
            }
            for (Stored stored : batch.records()) {
                if (stored
                                instanceof
                                Stored.Core(Record.Accepted(long instance, var s, Value value))
                        && instance >= from
                        && instance <= to) {
                    found.put(instance, value);
                } else if (stored instanceof Stored.Core(Record.Chosen(long instance, Value value))
                        && instance >= from
                        && instance <= to) {
                    found.put(instance, value);
                }
            }
        }
    }
}
