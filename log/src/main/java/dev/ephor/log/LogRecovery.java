package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.SegmentScan.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the replay log at a start: every record of every batch in order, up to the end. A torn
/// tail is cut; damage, or a segment that is not there, is refused ([SegmentScan] tells one from
/// the other).
final class LogRecovery {
    private final Disk disk;
    private final Identity identity;
    private final LogSettings settings;
    private final Reporter reporter;
    private final LogIndex index = new LogIndex();
    private final ReplayLog.Heads heads = new ReplayLog.Heads();

    LogRecovery(Disk disk, Identity identity, LogSettings settings, Reporter reporter) {
        this.disk = disk;
        this.identity = identity;
        this.settings = settings;
        this.reporter = reporter;
    }

    /// How often the replica had been started before.
    long startsBefore() {
        return heads.starts();
    }

    ReplayLog open(Consumer<Stored> records) throws IOException {
        return open(0, records);
    }

    /// @param from number of the first segment that is needed, whatever the log itself says; the
    ///   earlier ones are gone
    ReplayLog open(long from, Consumer<Stored> records) throws IOException {
        removeUnfinished();
        List<String> files = disk.list().stream().filter(SegmentHeader::isSegment).toList();
        if (files.isEmpty()) {
            throw missing(1);
        }
        SegmentHeader header = null;
        SegmentScan scan = null;
        for (String file : files) {
            ByteBuffer content = DiskFiles.readAll(disk, file);
            SegmentHeader next = SegmentHeader.decode(file, content);
            check(file, next);
            if (header != null && scan != null) {
                checkSequel(header, scan, next);
            } else if (next.number() > 1) {
                mustRepeat(next, content);
            }
            header = next;
            scan = read(header, content, records);
        }
        if (header == null || scan == null) {
            throw new IllegalStateException("no segment was read");
        }
        cut(header, scan, scan.endOfTornTail());
        makeSafe(header);
        long oldest = SegmentHeader.numberOf(files.getFirst());
        if (oldest > Math.max(from, heads.begins().segment())) {
            throw missing(heads.begins().segment());
        }
        deleteObsolete(heads.begins().segment());
        return new ReplayLog(disk, identity, settings, index, heads, header, scan);
    }

    /// What a process left without waiting for its flush can be read, and still be gone after the
    /// next power cut; nothing may be built on it before it is safe.
    private void makeSafe(SegmentHeader newest) throws IOException {
        try (DiskFile file = disk.open(newest.fileName())) {
            file.flush();
        }
        disk.flushDirectory();
    }

    /// How far the segments before this one reach, as its first batch says; empty where that
    /// repeats nothing.
    private static Optional<Long> highestSaid(SegmentHeader header, ByteBuffer content) {
        Batch first = scan(header, content).next();
        return first == null
                ? Optional.empty()
                : first.records().stream()
                        .filter(Stored.Highest.class::isInstance)
                        .map(record -> ((Stored.Highest) record).instance())
                        .findFirst();
    }

    /// The oldest segment says what those said that are gone.
    private static void mustRepeat(SegmentHeader oldest, ByteBuffer content) {
        if (highestSaid(oldest, content).isEmpty()) {
            throw new DamagedException(
                    oldest.fileName(),
                    SegmentHeader.BYTES,
                    "it does not begin with what the segments before it said, which are gone");
        }
    }

    private SegmentScan read(SegmentHeader header, ByteBuffer content, Consumer<Stored> records) {
        index.begin(header);
        SegmentScan scan = scan(header, content);
        int origin = scan.end();
        for (Batch batch = scan.next(); batch != null; batch = scan.next()) {
            index.add(origin, batch.end(), batch.header().number(), batch.records());
            batch.records().forEach(heads::see);
            batch.records().forEach(records);
            origin = batch.end();
        }
        return scan;
    }

    private void check(String file, SegmentHeader header) {
        int number = identity.replica().number();
        if (!header.cell().equals(identity.cell()) || header.replica() != number) {
            throw ofAnother(file, header, identity.cell(), number);
        }
        if (!header.belongsTo(identity)) {
            throw new DamagedException(file, 0, "the file is of an earlier disk of this replica");
        }
        if (!file.equals(header.fileName())) {
            throw new DamagedException(file, 0, "the file is " + header.fileName() + ", renamed");
        }
    }

    /// What a log can begin with where earlier segments are damaged: nothing before `segment` has a
    /// record of an instance above `highest`.
    record Later(long segment, long highest) {}

    /// Finds the first segment after the damaged file which proves that a snapshot at `base` makes
    /// all earlier ones dispensable: its first batch repeats what they say of promises, and says
    /// how far they reach. Empty where there is none.
    Optional<Later> laterThan(DamagedException damage, long base) throws IOException {
        if (!SegmentHeader.isSegment(damage.file())) {
            return Optional.empty();
        }
        for (String file : disk.list()) {
            if (SegmentHeader.isSegment(file) && file.compareTo(damage.file()) > 0) {
                Optional<Later> later = laterFrom(file).filter(found -> found.highest() <= base);
                if (later.isPresent()) {
                    return later;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Later> laterFrom(String file) throws IOException {
        try {
            ByteBuffer content = DiskFiles.readAll(disk, file);
            SegmentHeader header = SegmentHeader.decode(file, content);
            check(file, header);
            return highestSaid(header, content).map(highest -> new Later(header.number(), highest));
        } catch (DamagedException e) {
            return Optional.empty();
        }
    }

    private static SegmentScan scan(SegmentHeader header, ByteBuffer content) {
        return new SegmentScan(
                header,
                content.slice(SegmentHeader.BYTES, content.limit() - SegmentHeader.BYTES),
                SegmentHeader.BYTES,
                header.firstBatch());
    }

    /// A segment of which the header can be read says whose it is, and which release it needs.
    ///
    /// @throws WrongDiskException not of this seat, or of a later format
    static void mustBeOf(Disk disk, String file, Seat seat) throws IOException {
        SegmentHeader header;
        try (DiskFile open = disk.open(file)) {
            int length = (int) Math.min(open.size(), SegmentHeader.BYTES);
            header = SegmentHeader.decode(file, DiskFiles.read(open, file, 0, length));
        } catch (DamagedException e) {
            // It says nothing.
            return;
        }
        if (!header.cell().equals(seat.cell()) || header.replica() != seat.number()) {
            throw ofAnother(file, header, seat.cell(), seat.number());
        }
    }

    private static WrongDiskException ofAnother(
            String file, SegmentHeader header, String cell, int number) {
        return new WrongDiskException(
                file
                        + " is of replica "
                        + header.replica()
                        + " of cell '"
                        + header.cell()
                        + "', but this is replica "
                        + number
                        + " of cell '"
                        + cell
                        + "'; nothing was changed. Check the data directory, and put back the files"
                        + " that belong here");
    }

    private static void checkSequel(SegmentHeader header, SegmentScan scan, SegmentHeader next) {
        if (next.number() != header.number() + 1) {
            throw missing(header.number() + 1);
        }
        scan.mustEndAt(next.previousEnd());
        if (next.firstBatch() != scan.expected()) {
            throw new DamagedException(next.fileName(), 0, "batches before it are missing");
        }
    }

    private static DamagedException missing(long segment) {
        return new DamagedException(SegmentHeader.fileName(segment), 0, "the file is missing");
    }

    /// Zeros instead of a shorter file: the length that was once safely there stays there.
    private void cut(SegmentHeader header, SegmentScan scan, int tornEnd) throws IOException {
        int from = scan.end();
        if (tornEnd == from) {
            return;
        }
        try (DiskFile file = disk.open(header.fileName())) {
            file.write(from, ByteBuffer.allocate(tornEnd - from));
            file.flush();
        }
        reporter.info(
                header.fileName()
                        + ": cut "
                        + (tornEnd - from)
                        + " bytes at offset "
                        + from
                        + " that were being written when the replica stopped; nothing that was"
                        + " acknowledged is lost");
    }

    /// A truncation, or the making of a segment, that a stop interrupted.
    private void removeUnfinished() throws IOException {
        boolean changed = false;
        for (String name : disk.list()) {
            if (name.startsWith("segment-") && name.endsWith(DiskFiles.UNFINISHED)) {
                disk.delete(name);
                changed = true;
            }
        }
        if (changed) {
            disk.flushDirectory();
        }
    }

    private void deleteObsolete(long firstNeeded) throws IOException {
        deleteOneByOne(disk, index.forgetBefore(firstNeeded));
    }

    /// Oldest first, each durably gone before the next one, so that no gap can remain.
    static void deleteOneByOne(Disk disk, List<String> names) throws IOException {
        for (String name : names) {
            if (disk.exists(name)) {
                disk.delete(name);
            }
            disk.flushDirectory();
        }
    }
}
