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
/// @param number of the batch: 1, and one more for each later one, in all segments together
/// @param records how many it has; 0 in one that was written only to prove that the others were
///   flushed
/// @param payload bytes of the framed records
/// @param previousEnd where in this file the batch before it ended
/// @param allocated length that the file was known to have, safely, when this was written
record BatchHeader(long number, int records, int payload, long previousEnd, long allocated) {
    static final int BYTES = 41;
    private static final int MAGIC = 0x45504231; // "EPB1"
    private static final int CRC_AT = 36;

    /// Ends a header, and ends a batch: never 0, which is what a write that was torn leaves, and
    /// not one bit away from it.
    static final int SEAL = 0x5a;

    /// Bytes that a batch takes beside its records: header and seal.
    static final int OVERHEAD = BYTES + 1;

    /// Where the batch ends that has this header at `start`.
    long end(long start) {
        return start + OVERHEAD + payload;
    }

    /// Writes the header over the first bytes of `target`, for its place in the segment.
    void encode(ByteBuffer target, SegmentHeader segment, long start) {
        target.putInt(0, MAGIC).putInt(4, records).putInt(8, payload);
        target.putLong(12, number).putLong(20, previousEnd).putLong(28, allocated);
        target.putInt(CRC_AT, crc(target.slice(0, CRC_AT), segment, start));
        target.put(CRC_AT + 4, (byte) SEAL);
    }

    /// The header at `index` of the buffer, which is at `start` of the segment; null where none
    /// holds there.
    static @Nullable BatchHeader decode(
            ByteBuffer content, int index, SegmentHeader segment, long start) {
        if (index > content.limit() - OVERHEAD || content.getInt(index) != MAGIC) {
            return null;
        }
        ByteBuffer bytes = content.slice(index, BYTES);
        if (bytes.get(CRC_AT + 4) != SEAL
                || bytes.getInt(CRC_AT) != crc(bytes.slice(0, CRC_AT), segment, start)) {
            return null;
        }
        return new BatchHeader(
                bytes.getLong(12),
                bytes.getInt(4),
                bytes.getInt(8),
                bytes.getLong(20),
                bytes.getLong(28));
    }

    private static int crc(ByteBuffer bytes, SegmentHeader segment, long start) {
        return Crc.of(bytes, segment.store(), segment.number(), start);
    }
}
