package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The sectors of a batch that are zeros because it was zeros that were stored: a batch says itself
/// which they are, since a sector that a torn write left out looks the same. They are counted from
/// the sector that the batch begins in.
///
/// The list lies between the records and the last seal, and only where there are such sectors. No
/// sector of the list is zeros itself, so it never has to list any of its own.
final class ZeroSectors {
    /// What a disk writes wholly or not at all.
    static final int SECTOR = 512;

    static final ZeroSectors NONE = new ZeroSectors(new BitSet());

    private static final int RUN_BYTES = 8;

    private final BitSet sectors;

    private ZeroSectors(BitSet sectors) {
        this.sectors = sectors;
    }

    /// Looks for them in the records of a batch.
    ///
    /// @param batch its header and records
    /// @param start where in the file it goes
    /// @param from where in it the records begin
    static ZeroSectors in(ByteBuffer batch, int start, int from) {
        BitSet found = new BitSet();
        int end = start + batch.limit();
        for (int at = roundedUp(start + from); at + SECTOR <= end; at += SECTOR) {
            if (isZero(batch, at - start, at - start + SECTOR)) {
                found.set(at / SECTOR - start / SECTOR);
            }
        }
        return found.isEmpty() ? NONE : new ZeroSectors(found);
    }

    /// Bytes of a list of this many runs.
    static long bytes(int runs) {
        return runs == 0 ? 0 : 1 + (long) RUN_BYTES * runs + Integer.BYTES;
    }

    /// How many stretches of adjacent ones there are.
    int runs() {
        int runs = 0;
        for (int at = sectors.nextSetBit(0); at >= 0; at = nextRun(at)) {
            runs++;
        }
        return runs;
    }

    private int nextRun(int at) {
        return sectors.nextSetBit(sectors.nextClearBit(at));
    }

    /// Whether the sector that this place in the file is in is one of them.
    boolean contains(int start, int at) {
        return sectors.get(at / SECTOR - start / SECTOR);
    }

    /// Appends the list: a seal, of each run its first sector and how many, and a checksum that
    /// holds in this place only.
    ///
    /// @param start where in the file the list begins
    void write(ByteWriter out, SegmentHeader segment, int start) {
        if (sectors.isEmpty()) {
            return;
        }
        int from = out.position();
        out.u8(BatchHeader.SEAL);
        for (int at = sectors.nextSetBit(0); at >= 0; at = nextRun(at)) {
            out.u32(at).u32(sectors.nextClearBit(at) - at);
        }
        ByteBuffer list = out.written().position(from).slice();
        out.u32(crc(list, segment, start));
    }

    /// Reads the list; null where it does not hold.
    ///
    /// @param list its bytes
    /// @param start where in the file it begins
    /// @param last the highest number that a sector can have
    /// @throws MalformedException it holds, and cannot be
    static @Nullable ZeroSectors read(ByteBuffer list, SegmentHeader segment, int start, int last)
            throws MalformedException {
        int end = list.limit() - Integer.BYTES;
        if (list.getInt(end) != crc(list.slice(0, end), segment, start)) {
            return null;
        }
        ByteReader in = new ByteReader(Bytes.copyOf(list.slice(1, end - 1)));
        BitSet sectors = new BitSet();
        int least = 1;
        while (in.remaining() > 0) {
            int first = in.u32();
            int count = in.u32();
            if (first < least || count < 1 || count > last - first + 1) {
                throw new MalformedException("a batch lists sectors that are not its own");
            }
            sectors.set(first, first + count);
            least = first + count + 1;
        }
        return new ZeroSectors(sectors);
    }

    private static int crc(ByteBuffer list, SegmentHeader segment, int start) {
        return Crc.of(list, segment.store(), segment.number(), start);
    }

    private static int roundedUp(int at) {
        return (at + SECTOR - 1) / SECTOR * SECTOR;
    }

    /// Whether only zeros are there; one look for nearly all that is none.
    static boolean isZero(ByteBuffer content, int from, int to) {
        int at = from;
        while (at + Long.BYTES <= to) {
            if (content.getLong(at) != 0) {
                return false;
            }
            at += Long.BYTES;
        }
        while (at < to) {
            if (content.get(at) != 0) {
                return false;
            }
            at++;
        }
        return true;
    }
}
