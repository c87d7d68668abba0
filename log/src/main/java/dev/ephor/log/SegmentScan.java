package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Reads the batches of a segment one after the other, and where one does not hold says which of
/// two things it is:
/// - **torn**: the machine stopped while the batch was written. Nobody was told of what is in it;
///   it is cut.
/// - **damage**: what was safely on disk is not there any more.
///
/// A batch is damaged if a later one holds (which proves that this one was flushed), or if all of
/// it was written. The latter can be seen because files are filled with zeros before they are used:
/// of a write that was cut short, either the end is missing or whole sectors are, and zeros stand
/// in their place. Sectors that were zeros from the beginning a batch lists itself, in all formats
/// but the first ([ZeroSectors]). In doubt it is damage.
final class SegmentScan {
    /// A batch that proves others begins here, so that it does not share their fate.
    static final int BLOCK = 4096;

    private static final int FRAME = 9;

    private final String file;
    private final SegmentHeader segment;
    private final ByteBuffer content;
    private final int origin;
    private final int limit;
    private long expected;
    private int end;
    private int position;
    private long allocated;

    /// @param content the file from `origin` on, wholly or in part
    /// @param origin where the batch before the first one to be read ended
    /// @param expected number of the first batch to be read
    SegmentScan(SegmentHeader segment, ByteBuffer content, int origin, long expected) {
        this.file = segment.fileName();
        this.segment = segment;
        this.content = content;
        this.origin = origin;
        this.limit = origin + content.limit();
        this.position = origin;
        this.end = origin;
        this.expected = expected;
        this.allocated = segment.allocated();
    }

    /// A batch that holds. Positions are offsets in the file.
    record Batch(BatchHeader header, int start, int end, List<Stored> records) {}

    /// The next batch, or null where none holds.
    @Nullable Batch next() {
        int start = begin(end);
        BatchHeader header = headerAt(start);
        position = start;
        if (header == null
                || header.number() != expected
                || header.previousEnd() != end
                || header.end(start) > limit) {
            return null;
        }
        List<Stored> records =
                records(header, (int) header.records(start), (int) header.zeros(start));
        if (records == null
                || zeros(header, start) == null
                || byteAt((int) header.seal(start)) != BatchHeader.SEAL) {
            return null;
        }
        end = (int) header.end(start);
        position = end;
        expected++;
        allocated = Math.max(allocated, header.allocated());
        return new Batch(header, start, end, records);
    }

    /// Where the last batch that holds ends.
    int end() {
        return end;
    }

    /// The number of the batch that would be next.
    long expected() {
        return expected;
    }

    /// Where the batch that does not hold fails.
    int position() {
        return position;
    }

    /// Length that the file was safely known to have.
    long allocated() {
        return allocated;
    }

    /// Call after [#next] gave null, in a segment that another follows: it must have been whole up
    /// to there.
    void mustEndAt(long previousEnd) {
        if (end != previousEnd) {
            throw new DamagedException(
                    file,
                    position,
                    "batch "
                            + expected
                            + " fails its checksum, but the next segment proves that everything up"
                            + " to offset "
                            + previousEnd
                            + " had been flushed");
        }
    }

    /// Call after [#next] gave null, in the last segment: throws unless what follows is nothing at
    /// all, or a torn batch. Returns where what must be cut ends, or [#end] where there is nothing.
    int endOfTornTail() {
        if (allocated > limit) {
            throw new DamagedException(
                    file, limit, "the file ends here, but it was " + allocated + " bytes long");
        }
        int start = begin(end);
        if (start == end && wasWritten(start)) {
            throw new DamagedException(
                    file,
                    position,
                    "batch " + expected + " was written whole, and fails its checksum");
        }
        int last = endOfContent();
        for (int at = end; at < last; at++) {
            BatchHeader later = headerAt(at);
            if (later != null && later.number() > expected) {
                throw new DamagedException(
                        file,
                        position,
                        "batch "
                                + expected
                                + " fails its checksum, but batch "
                                + later.number()
                                + " at offset "
                                + at
                                + " proves that it had been flushed");
            }
        }
        return last;
    }

    /// Only zeros follow; a large part of a segment may be that.
    private int endOfContent() {
        int last = content.limit();
        while (last - 8 > end - origin && content.getLong(last - 8) == 0) {
            last -= 8;
        }
        while (last > end - origin && content.get(last - 1) == 0) {
            last--;
        }
        return origin + last;
    }

    /// A batch begins where the one before it ended, or, if only zeros are there, at the next
    /// block.
    private int begin(int previousEnd) {
        int block = (previousEnd + BLOCK - 1) / BLOCK * BLOCK;
        return block > previousEnd && block < limit && isZero(previousEnd, block)
                ? block
                : previousEnd;
    }

    private @Nullable List<Stored> records(BatchHeader header, int from, int to) {
        List<Stored> records = new ArrayList<>(Math.min(header.records(), 1024));
        int at = from;
        for (int i = 0; i < header.records(); i++) {
            position = at;
            int index = at - origin;
            int length = to - at < FRAME ? -1 : content.getInt(index);
            if (length < 0
                    || length > to - at - FRAME
                    || content.getInt(index + 5) != recordCrc(content, index, length)) {
                return null;
            }
            Bytes body = Bytes.copyOf(content.slice(index + FRAME, length));
            try {
                records.add(RecordCodec.read(content.get(index + 4) & 0xff, body));
            } catch (MalformedException e) {
                throw new DamagedException(
                        file, at, "a record with a good checksum cannot be: " + e.getMessage());
            }
            at += FRAME + length;
        }
        position = at;
        return at == to ? records : null;
    }

    /// Appends a framed record: length, type, checksum of these and the body, body.
    static void writeRecord(ByteWriter out, Stored stored) {
        int at = out.position();
        out.u32(0).u8(RecordCodec.type(stored)).u32(0);
        RecordCodec.writeBody(out, stored);
        int length = out.position() - at - FRAME;
        out.setU32(at, length);
        out.setU32(at + 5, recordCrc(out.written(), at, length));
    }

    private static int recordCrc(ByteBuffer content, int index, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content.slice(index, 5));
        crc.update(content.slice(index + FRAME, length));
        return (int) crc.getValue();
    }

    /// True where nothing of the batch that begins here is missing, or nothing of its header.
    private boolean wasWritten(int start) {
        BatchHeader header = headerAt(start);
        if (header == null) {
            return isThere(start, start + segment.format().headerBytes());
        }
        if (header.allocated() > limit) {
            return true;
        }
        long to = header.end(start);
        if (to > limit || byteAt((int) to - 1) == 0) {
            return false;
        }
        ZeroSectors zeros = zeros(header, start);
        return zeros == null
                ? isThere((int) header.zeros(start), (int) to)
                : isThere(start, (int) to, zeros);
    }

    /// True where something is in each sector of this part, of which none was zeros, and in its
    /// first and last byte.
    private boolean isThere(int from, int to) {
        return to <= limit
                && byteAt(from) != 0
                && byteAt(to - 1) != 0
                && isThere(from, to, ZeroSectors.NONE);
    }

    /// True where something is in each sector of a batch that was not zeros, or in one that was: a
    /// write that was cut short leaves nothing there.
    private boolean isThere(int start, int to, ZeroSectors zeros) {
        boolean complete = true;
        for (int at = start; at < to; at = nextSector(at)) {
            boolean something = !isZero(at, Math.min(nextSector(at), to));
            if (zeros.contains(start, at)) {
                if (something) {
                    return true;
                }
            } else {
                complete &= something;
            }
        }
        return complete;
    }

    private static int nextSector(int at) {
        return (at / ZeroSectors.SECTOR + 1) * ZeroSectors.SECTOR;
    }

    /// The list of the batch that begins here, and that fits the file; null where it does not hold.
    private @Nullable ZeroSectors zeros(BatchHeader header, int start) {
        if (header.zeroRuns() == 0) {
            return ZeroSectors.NONE;
        }
        int from = (int) header.zeros(start);
        int length = (int) header.seal(start) - from;
        try {
            return ZeroSectors.read(
                    content.slice(from - origin, length),
                    segment,
                    from,
                    from / ZeroSectors.SECTOR - start / ZeroSectors.SECTOR - 1);
        } catch (MalformedException e) {
            throw new DamagedException(
                    file, from, "a list with a good checksum cannot be: " + e.getMessage());
        }
    }

    private @Nullable BatchHeader headerAt(int start) {
        return BatchHeader.decode(content, start - origin, segment, start);
    }

    private byte byteAt(int at) {
        return content.get(at - origin);
    }

    private boolean isZero(int from, int to) {
        return ZeroSectors.isZero(content, from - origin, to - origin);
    }
}
