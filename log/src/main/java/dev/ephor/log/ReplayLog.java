package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.SequenceNumber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The replay log on disk (PML §4.1): segments of batches of records. Every batch is one write and
/// one flush. Confined to the disk executor once the replica runs.
///
/// After an exception the file is in an unknown state, and the log must not be used any more.
final class ReplayLog {
    private static final int LARGEST_BATCH = 8 << 20;
    private static final int KEPT_BUFFER = 1 << 20;
    private static final long SPARE_STEP = 1 << 20;

    /// Deleted at a start, as everything that is not finished.
    private static final String SPARE = "segment-spare" + DiskFiles.UNFINISHED;

    private final Disk disk;
    private final Identity identity;
    private final LogSettings settings;
    private final LogIndex index;
    private final ByteWriter out = new ByteWriter(1 << 16);

    private SegmentHeader segment;
    private DiskFile file;
    private int end;
    private long allocated;
    private long nextBatch;

    /// A file of zeros is ready to become the next segment.
    private boolean spare;

    private boolean spareAsked;

    /// What was written last of what each segment begins with, so that no earlier one is needed for
    /// it.
    private final Heads heads;

    /// The newest of the records that must outlive the segment that they were first written to.
    static final class Heads {
        private SequenceNumber promised = SequenceNumber.NONE;
        private long chosenUpTo;
        private long starts;
        private long highest;
        private Stored.Begins begins = new Stored.Begins(0, 1);

        void see(Stored stored) {
            switch (stored) {
                case Stored.Core(Record.Promised(SequenceNumber sequence)) -> promise(sequence);
                case Stored.Core(Record.Accepted accepted) -> {
                    promise(accepted.sequence());
                    highest = Math.max(highest, accepted.instance());
                }
                case Stored.Core(Record.Chosen chosen) ->
                        highest = Math.max(highest, chosen.instance());
                case Stored.Core(Record.ChosenUpTo(long instance)) ->
                        chosenUpTo = Math.max(chosenUpTo, instance);
                case Stored.Started(long times) -> starts = Math.max(starts, times);
                case Stored.Highest(long instance) -> highest = Math.max(highest, instance);
                case Stored.Begins other -> {
                    if (other.instance() >= begins.instance()) {
                        begins = other;
                    }
                }
            }
        }

        private void promise(SequenceNumber sequence) {
            if (sequence.isAbove(promised)) {
                promised = sequence;
            }
        }

        long starts() {
            return starts;
        }

        Stored.Begins begins() {
            return begins;
        }

        List<Stored> records() {
            List<Stored> records = new ArrayList<>();
            if (starts > 0) {
                records.add(new Stored.Started(starts));
            }
            records.add(new Stored.Highest(highest));
            records.add(begins);
            records.add(new Stored.Core(new Record.Promised(promised)));
            records.add(new Stored.Core(new Record.ChosenUpTo(chosenUpTo)));
            return records;
        }
    }

    /// Goes on where the scan of the last segment ended.
    ReplayLog(
            Disk disk,
            Identity identity,
            LogSettings settings,
            LogIndex index,
            Heads heads,
            SegmentHeader segment,
            SegmentScan scan)
            throws IOException {
        this.disk = disk;
        this.identity = identity;
        this.settings = settings;
        this.index = index;
        this.heads = heads;
        this.segment = segment;
        this.file = disk.open(segment.fileName());
        this.end = scan.end();
        this.allocated = scan.allocated();
        this.nextBatch = scan.expected();
    }

    /// Makes the first segment of a new replica.
    static void create(Disk disk, Identity identity) throws IOException {
        DiskFiles.delete(disk, SegmentHeader.fileName(1) + DiskFiles.UNFINISHED);
        SegmentFormat format = SegmentFormat.newest();
        makeSegment(disk, SegmentHeader.of(identity, format, 1, 1, 0, SegmentScan.BLOCK));
    }

    /// Whether anything was ever written to a segment, whatever its header says.
    static boolean holdsAnything(Disk disk, String file) throws IOException {
        ByteBuffer content = DiskFiles.readAll(disk, file);
        for (int at = SegmentHeader.BYTES; at < content.limit(); at++) {
            if (content.get(at) != 0) {
                return true;
            }
        }
        return false;
    }

    /// The segment gets its name when its header, and the zeros behind it, are safely there.
    private static void makeSegment(Disk disk, SegmentHeader header) throws IOException {
        String unfinished = header.fileName() + DiskFiles.UNFINISHED;
        try (DiskFile file = disk.open(unfinished)) {
            file.write(0, header.encode());
            file.preallocate(header.allocated());
            file.flush();
        }
        disk.rename(unfinished, header.fileName());
        disk.flushDirectory();
    }

    Stored.Begins begins() {
        return heads.begins();
    }

    LogIndex index() {
        return index;
    }

    /// Writes the records, in this order, and makes them durable. Returns how many bytes that took.
    long append(List<Stored> records) throws IOException {
        long bytes = 0;
        int from = 0;
        while (from < records.size()) {
            beginBatch();
            int to = from;
            while (to < records.size() && (to == from || out.position() < LARGEST_BATCH)) {
                SegmentScan.writeRecord(out, records.get(to));
                to++;
            }
            bytes += out.position();
            List<Stored> batch = records.subList(from, to);
            if (mustRoll(out.position() + 1)) {
                int header = segment.format().headerBytes();
                Bytes kept = Bytes.copyOf(out.written().position(header).slice());
                beginSegment();
                beginBatch();
                out.raw(kept);
            }
            writeBatch(end, batch);
            batch.forEach(heads::see);
            from = to;
        }
        return bytes;
    }

    /// Writes an empty batch, away from the others: it proves that they were flushed, so that
    /// damage to the last of them cannot be taken for a batch that was never completed.
    void prove() throws IOException {
        if (isHeadless()) {
            beginSegment();
        }
        beginBatch();
        int block = (end + SegmentScan.BLOCK - 1) / SegmentScan.BLOCK * SegmentScan.BLOCK;
        writeBatch(block, List.of());
    }

    /// The log need not hold instances up to `base` any more, as a snapshot covers them. Deletes
    /// nothing itself: returns the names of the files that are not needed any more, oldest first.
    ///
    /// @param abandon true where what the log holds up to `base` must never be used again
    List<String> truncate(long base, boolean abandon) throws IOException {
        long first = index.firstNeeded(base);
        long begins = abandon ? base : index.greatestBefore(first);
        if (begins > heads.begins().instance()) {
            append(List.of(new Stored.Begins(begins, first)));
            return index.forgetBefore(first);
        }
        return List.of();
    }

    void close() throws IOException {
        file.close();
    }

    /// Whether a spare segment should be made now, by somebody else; says so once for each spare.
    /// In the middle of a busy log filling a file with zeros would hold up many a flush, so it is
    /// done ahead, but not before it is clear that there will be a use for it.
    boolean wantsSpare() {
        boolean wanted = !spareAsked && allocated > SegmentScan.BLOCK && end > allocated / 2;
        spareAsked |= wanted;
        return wanted;
    }

    /// Fills a file with zeros, some at a time; then [#spareIsReady] may be called. Background.
    static void makeSpare(Disk disk, LogSettings settings) throws IOException {
        try (DiskFile made = disk.open(SPARE)) {
            long size = 0;
            while (size < settings.segmentBytes()) {
                size = Math.min(size + SPARE_STEP, settings.segmentBytes());
                made.preallocate(size);
                made.flush();
            }
        }
    }

    void spareIsReady() {
        spare = true;
    }

    /// Whether another segment must be begun before so much more is written: this one is full, or
    /// of another format than is to be written now, or does not begin as it must.
    private boolean mustRoll(int more) {
        long needed = (long) end + more;
        return segment.format() != settings.format()
                || isHeadless()
                || !isEmpty() && (needed > settings.segmentBytes() || spare && needed > allocated);
    }

    private boolean isEmpty() {
        return end == SegmentHeader.BYTES;
    }

    /// The process ended between naming a segment and writing its first batch: what the earlier
    /// segments say must be repeated yet, or it would go with them.
    private boolean isHeadless() {
        return isEmpty() && segment.number() > 1;
    }

    private void beginBatch() {
        out.reset(KEPT_BUFFER);
        out.zeros(segment.format().headerBytes());
    }

    private void writeBatch(int start, List<Stored> records) throws IOException {
        SegmentFormat format = segment.format();
        int payload = out.position() - format.headerBytes();
        ZeroSectors zeros =
                format.listsZeros()
                        ? ZeroSectors.in(out.written(), start, format.headerBytes())
                        : ZeroSectors.NONE;
        zeros.write(out, segment, start + out.position());
        out.u8(BatchHeader.SEAL);
        int size = out.position();
        allocate((long) start + size);
        BatchHeader header =
                new BatchHeader(
                        format, nextBatch, records.size(), payload, zeros.runs(), end, allocated);
        header.encode(out.written(), segment, start);
        file.write(start, out.written());
        file.flush();
        index.add(end, start + size, nextBatch, records);
        end = start + size;
        nextBatch++;
    }

    /// Fills the file with zeros ahead of what is written, and makes that durable before it is
    /// relied upon: a flush then has no metadata to write, and a torn write can be told from a
    /// damaged one.
    private void allocate(long needed) throws IOException {
        if (needed > allocated) {
            long growth = settings.preallocateBytes();
            long size = (needed + growth - 1) / growth * growth;
            file.preallocate(size);
            file.flush();
            allocated = size;
        }
    }

    private void beginSegment() throws IOException {
        long size =
                spare
                        ? settings.segmentBytes()
                        : Math.max(SegmentScan.BLOCK, settings.preallocateBytes());
        // An empty one, which has the wrong format or no first batch, is made anew.
        SegmentHeader next =
                SegmentHeader.of(
                        identity,
                        settings.format(),
                        isEmpty() ? segment.number() : segment.number() + 1,
                        nextBatch,
                        isEmpty() ? segment.previousEnd() : end,
                        size);
        if (spare) {
            disk.rename(SPARE, next.fileName() + DiskFiles.UNFINISHED);
            spare = false;
            spareAsked = false;
        }
        makeSegment(disk, next);
        file.close();
        segment = next;
        file = disk.open(next.fileName());
        end = SegmentHeader.BYTES;
        allocated = size;
        index.begin(next);
        if (next.number() > 1) {
            beginBatch();
            List<Stored> records = heads.records();
            records.forEach(record -> SegmentScan.writeRecord(out, record));
            writeBatch(end, records);
        }
    }
}
