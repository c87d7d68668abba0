package dev.ephor.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What begins a batch: records that were written and flushed together. A batch is written only
/// after the one before it was flushed, so *a batch that is there proves that every earlier one was
/// safely on disk*.
///
/// Its checksum holds in this place of this file of this disk only, so that no data that a client
/// made can pass for a batch.
///
/// @param format that of the segment
/// @param number of the batch: 1, and one more for each later one, in all segments together
/// @param records how many it has; 0 in one that was written only to prove that the others were
///   flushed
/// @param payload bytes of the framed records
/// @param zeroRuns of [ZeroSectors] that the batch lists behind them
/// @param previousEnd where in this file the batch before it ended
/// @param allocated length that the file was known to have, safely, when this was written
record BatchHeader(
        SegmentFormat format,
        long number,
        int records,
        int payload,
        int zeroRuns,
        long previousEnd,
        long allocated) {
    private static final int ZERO_RUNS_AT = 36;

    /// Ends a header, and ends a batch: never 0, which is what a write that was torn leaves, and
    /// not one bit away from it.
    static final int SEAL = 0x5a;

    /// Where the records are of the batch that has this header at `start`.
    long records(long start) {
        return start + format.headerBytes();
    }

    /// Where it lists its zero sectors, or ends but for its seal.
    long zeros(long start) {
        return records(start) + payload;
    }

    /// Where its last byte is, the seal.
    long seal(long start) {
        return zeros(start) + ZeroSectors.bytes(zeroRuns);
    }

    /// Where it ends.
    long end(long start) {
        return seal(start) + 1;
    }

    /// Writes the header over the first bytes of `target`, for its place in the segment.
    void encode(ByteBuffer target, SegmentHeader segment, long start) {
        target.putInt(0, format.magic()).putInt(4, records).putInt(8, payload);
        target.putLong(12, number).putLong(20, previousEnd).putLong(28, allocated);
        if (format.listsZeros()) {
            target.putInt(ZERO_RUNS_AT, zeroRuns);
        }
        int crcAt = format.checked();
        target.putInt(crcAt, crc(target.slice(0, crcAt), segment, start));
        target.put(crcAt + 4, (byte) SEAL);
    }

    /// The header at `index` of the buffer, which is at `start` of the segment; null where none
    /// holds there.
    static @Nullable BatchHeader decode(
            ByteBuffer content, int index, SegmentHeader segment, long start) {
        SegmentFormat format = segment.format();
        if (index >= content.limit() - format.headerBytes()
                || content.getInt(index) != format.magic()) {
            return null;
        }
        ByteBuffer bytes = content.slice(index, format.headerBytes());
        int crcAt = format.checked();
        if (bytes.get(crcAt + 4) != SEAL
                || bytes.getInt(crcAt) != crc(bytes.slice(0, crcAt), segment, start)) {
            return null;
        }
        return new BatchHeader(
                format,
                bytes.getLong(12),
                bytes.getInt(4),
                bytes.getInt(8),
                format.listsZeros() ? bytes.getInt(ZERO_RUNS_AT) : 0,
                bytes.getLong(20),
                bytes.getLong(28));
    }

    private static int crc(ByteBuffer bytes, SegmentHeader segment, long start) {
        return Crc.of(bytes, segment.store(), segment.number(), start);
    }
}
