package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.CRC32C;

/// The format of a snapshot: a header with the handle, blocks of the application's bytes, each with
/// its checksum, and a trailer that says how many there are. A file that ends without its trailer,
/// or has anything after it, is no snapshot. The same bytes are good on every replica of the cell.
final class SnapshotFile {
    private static final long MAGIC = 0x4550484f52534e50L; // "EPHORSNP"
    private static final int VERSION = 1;
    private static final int FIXED = 16;
    private static final int LARGEST_HEADER = 1 << 20;
    private static final int BLOCK = 64 << 10;
    private static final int TRAILER = 24;
    private static final long FLUSH_EVERY = 4 << 20;
    static final String PREFIX = "snapshot-";

    private SnapshotFile() {}

    static String fileName(long instance) {
        return PREFIX + HexFormat.of().toHexDigits(instance);
    }

    static boolean isSnapshot(String fileName) {
        return fileName.matches(PREFIX + "[0-9a-f]{16}");
    }

    static long instanceOf(String fileName) {
        return Long.parseUnsignedLong(fileName.substring(PREFIX.length()), 16);
    }

    private static DamagedException damaged(String name, long offset, String what) {
        return new DamagedException(name, offset, what);
    }

    private static int blockCrc(long instance, long index, ByteBuffer data) {
        return Crc.of(data, instance, index, data.remaining());
    }

    /// The checksum of a whole file, as its end says.
    static int checksum(DiskFile file, String name) throws IOException {
        long size = file.size();
        if (size < TRAILER) {
            throw damaged(name, size, "the file ends too early");
        }
        return DiskFiles.read(file, name, size - 4, 4).getInt();
    }

    /// How much of a file that is not complete holds: from its beginning up to the first block that
    /// is not there.
    static long soundPrefix(DiskFile file, String name, String cell) throws IOException {
        try {
            return new Reader(file, name, cell).soundPrefix();
        } catch (DamagedException | WrongDiskException e) {
            // Also where it is of a later release: whoever reads all of it says so.
            return 0;
        }
    }

    /// Writes a snapshot from beginning to end. Nothing is durable before the caller flushes the
    /// file.
    static final class Writer extends OutputStream {
        private final DiskFile file;
        private final long instance;
        private final CRC32C whole = new CRC32C();
        private final ByteBuffer block = ByteBuffer.allocate(4 + BLOCK + 4);
        private long position;
        private long flushed;
        private long blocks;
        private long bytes;

        Writer(DiskFile file, String cell, SnapshotHandle handle) throws IOException {
            this.file = file;
            this.instance = handle.instance();
            ByteWriter out = new ByteWriter(256);
            out.u64(MAGIC).u16(VERSION).u16(0).u32(0);
            out.text(cell).varint(handle.instance());
            ValueCodec.write(out, handle.epoch());
            ValueCodec.write(out, handle.membership());
            out.setU32(FIXED - 4, out.position() - FIXED);
            out.u32(out.crc(0, out.position()));
            put(out.written());
            block.position(4);
        }

        @Override
        public void write(int b) throws IOException {
            if (block.position() == 4 + BLOCK) {
                endBlock();
            }
            block.put((byte) b);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, source.length);
            int at = offset;
            while (at < offset + length) {
                if (block.position() == 4 + BLOCK) {
                    endBlock();
                }
                int part = Math.min(offset + length - at, 4 + BLOCK - block.position());
                block.put(source, at, part);
                at += part;
            }
        }

        private void endBlock() throws IOException {
            int length = block.position() - 4;
            if (length > 0) {
                block.putInt(0, length);
                block.putInt(blockCrc(instance, blocks, block.slice(4, length)));
                put(block.flip());
                block.clear().position(4);
                blocks++;
                bytes += length;
            }
        }

        /// Writes the trailer; returns the length of the file.
        long finish() throws IOException {
            endBlock();
            ByteBuffer trailer = ByteBuffer.allocate(TRAILER);
            trailer.putInt(0).putLong(blocks).putLong(bytes);
            whole.update(trailer.duplicate().flip());
            trailer.putInt((int) whole.getValue());
            file.write(position, trailer.flip());
            return position + TRAILER;
        }

        private void put(ByteBuffer data) throws IOException {
            int length = data.remaining();
            whole.update(data.duplicate());
            file.write(position, data);
            position += length;
            if (position - flushed >= FLUSH_EVERY) {
                // In small portions: one large flush would hold up those of the replay log.
                file.flush();
                flushed = position;
            }
        }
    }

    /// Reads a snapshot and checks all of it: a byte is handed out only after its block's checksum
    /// holds, and [#finish] says whether the whole does.
    static final class Reader extends InputStream {
        private final DiskFile file;
        private final String name;
        private final SnapshotHandle handle;
        private final CRC32C whole = new CRC32C();
        private ByteBuffer block = ByteBuffer.allocate(0);
        private long position;
        private long blocks;
        private long bytes;
        private boolean ended;

        /// Reads the header.
        ///
        /// @throws DamagedException it does not hold
        /// @throws WrongDiskException it is of another cell, or of a later format
        Reader(DiskFile file, String name, String cell) throws IOException {
            this.file = file;
            this.name = name;
            ByteBuffer fixed = take(FIXED);
            int length = fixed.getInt(FIXED - 4);
            if (fixed.getLong(0) != MAGIC || length < 0 || length > LARGEST_HEADER) {
                throw damaged(name, 0, "this is no snapshot's header");
            }
            ByteBuffer body = take(length);
            int crc = (int) whole.getValue();
            if (take(4).getInt() != crc) {
                throw damaged(name, 0, "the snapshot's header fails its checksum");
            }
            if (fixed.getShort(8) != VERSION) {
                throw WrongDiskException.ofVersion(name, fixed.getShort(8), VERSION);
            }
            try {
                this.handle = readHandle(Bytes.copyOf(body), name, cell);
            } catch (MalformedException e) {
                throw damaged(name, FIXED, "the header cannot be: " + e.getMessage());
            }
        }

        private static SnapshotHandle readHandle(Bytes body, String name, String cell)
                throws MalformedException {
            ByteReader in = new ByteReader(body);
            String owner = in.text(LARGEST_HEADER);
            if (!owner.equals(cell)) {
                throw new WrongDiskException(
                        name + " is a snapshot of cell '" + owner + "', not of '" + cell + "'");
            }
            long instance = ValueCodec.readInstance(in);
            Epoch epoch = ValueCodec.readEpoch(in);
            Membership membership = ValueCodec.readMembership(in);
            in.end();
            return new SnapshotHandle(instance, membership, epoch);
        }

        SnapshotHandle handle() {
            return handle;
        }

        @Override
        public int read() throws IOException {
            return ready() ? block.get() & 0xff : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (!ready()) {
                return -1;
            }
            int part = Math.min(length, block.remaining());
            block.get(target, offset, part);
            return part;
        }

        /// Reads what the application left, and checks the trailer.
        void finish() throws IOException {
            while (ready()) {
                block.position(block.limit());
            }
        }

        /// As far as blocks are there and hold.
        private long soundPrefix() throws IOException {
            long sound = position;
            try {
                while (!ended) {
                    nextBlock();
                    sound = position;
                }
            } catch (DamagedException e) {
                return sound;
            }
            return sound;
        }

        private boolean ready() throws IOException {
            if (!block.hasRemaining() && !ended) {
                nextBlock();
            }
            return block.hasRemaining();
        }

        private void nextBlock() throws IOException {
            long at = position;
            int length = take(4).getInt();
            if (length == 0) {
                endOfBlocks();
                return;
            }
            if (length < 0 || length > BLOCK) {
                throw damaged(name, at, "a block's length cannot be");
            }
            ByteBuffer data = take(length);
            if (take(4).getInt() != blockCrc(handle.instance(), blocks, data)) {
                throw damaged(name, at, "a block fails its checksum");
            }
            blocks++;
            bytes += length;
            block = data;
        }

        private void endOfBlocks() throws IOException {
            long at = position;
            ByteBuffer counts = take(TRAILER - 8);
            int crc = (int) whole.getValue();
            if (take(4).getInt() != crc
                    || counts.getLong(0) != blocks
                    || counts.getLong(8) != bytes
                    || file.size() != position) {
                throw damaged(name, at, "the trailer does not hold");
            }
            ended = true;
        }

        private ByteBuffer take(int length) throws IOException {
            if (length > file.size() - position) {
                throw damaged(name, position, "the file ends too early");
            }
            ByteBuffer data = DiskFiles.read(file, name, position, length);
            position += length;
            whole.update(data.duplicate());
            return data;
        }
    }
}
