package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The first [#BYTES] bytes of a segment of the replay log. A segment gets its name only after its
/// header is safely on disk, so a header that does not hold is damage.
///
/// @param format of the whole segment
/// @param cell the cell's name
/// @param replica number of the replica
/// @param incarnation of the replica
/// @param store of the replica's [Identity]
/// @param number of the segment: 1, and one more for each later one
/// @param firstBatch number of the first batch in it
/// @param previousEnd where the last batch of the segment before this one ends; 0 in the first
///   segment
/// @param allocated length of the file when it got its name
record SegmentHeader(
        SegmentFormat format,
        String cell,
        int replica,
        int incarnation,
        long store,
        long number,
        long firstBatch,
        long previousEnd,
        long allocated) {
    static final int BYTES = 256;
    private static final long MAGIC = 0x4550484f52_4c4f47L; // "EPHORLOG"
    private static final int CRC_AT = BYTES - 4;
    private static final int CELL_BYTES = 64;

    private static final String PREFIX = "segment-";

    static SegmentHeader of(
            Identity identity,
            SegmentFormat format,
            long number,
            long firstBatch,
            long previousEnd,
            long allocated) {
        return new SegmentHeader(
                format,
                identity.cell(),
                identity.replica().number(),
                identity.replica().incarnation(),
                identity.store(),
                number,
                firstBatch,
                previousEnd,
                allocated);
    }

    static String fileName(long number) {
        return PREFIX + HexFormat.of().toHexDigits(number);
    }

    static long numberOf(String fileName) {
        return Long.parseUnsignedLong(fileName.substring(PREFIX.length()), 16);
    }

    static boolean isSegment(String fileName) {
        return fileName.startsWith(PREFIX) && !fileName.endsWith(".tmp");
    }

    String fileName() {
        return fileName(number);
    }

    boolean belongsTo(Identity identity) {
        return cell.equals(identity.cell())
                && replica == identity.replica().number()
                && incarnation == identity.replica().incarnation()
                && store == identity.store();
    }

    private static WrongDiskException later(String file, int version) {
        return WrongDiskException.ofLaterFormat(
                file
                        + " has format version "
                        + version
                        + ", and this release reads versions 1 to "
                        + SegmentFormat.newest().version());
    }

    ByteBuffer encode() {
        Bytes name = Bytes.wrap(cell.getBytes(StandardCharsets.UTF_8));
        ByteWriter out = new ByteWriter(BYTES);
        out.u64(MAGIC).u16(format.version()).u16(0).u32(replica).u32(incarnation).u64(store);
        out.u64(number).u64(firstBatch).u64(previousEnd).u64(allocated);
        out.u8(name.length()).raw(name).zeros(CELL_BYTES - name.length());
        out.zeros(CRC_AT - out.position()).u32(out.crc(0, CRC_AT));
        return out.written();
    }

    /// Reads the header at the beginning of a file's contents.
    ///
    /// @throws DamagedException it does not hold
    /// @throws WrongDiskException its format is of a later version
    static SegmentHeader decode(String file, ByteBuffer content) {
        if (content.limit() < BYTES) {
            throw new DamagedException(
                    file, content.limit(), "the file ends before its header does");
        }
        int crc = Crc.of(content.slice(0, CRC_AT));
        if (content.getLong(0) != MAGIC || crc != content.getInt(CRC_AT)) {
            throw new DamagedException(file, 0, "the segment's header fails its checksum");
        }
        try {
            ByteReader in = new ByteReader(Bytes.copyOf(content.slice(8, CRC_AT - 8)));
            int version = in.u16();
            SegmentFormat format =
                    SegmentFormat.of(version).orElseThrow(() -> later(file, version));
            in.u16();
            int replica = in.u32();
            int incarnation = in.u32();
            long store = in.u64();
            long number = in.u64();
            long firstBatch = in.u64();
            long previousEnd = in.u64();
            long allocated = in.u64();
            String cell = in.text(CELL_BYTES);
            SegmentHeader header =
                    new SegmentHeader(
                            format,
                            cell,
                            replica,
                            incarnation,
                            store,
                            number,
                            firstBatch,
                            previousEnd,
                            allocated);
            if (!header.encode().equals(content.slice(0, BYTES))) {
                throw new MalformedException("there is something where nothing is written");
            }
            return header;
        } catch (MalformedException e) {
            throw new DamagedException(file, 8, "the header cannot be: " + e.getMessage());
        }
    }
}
