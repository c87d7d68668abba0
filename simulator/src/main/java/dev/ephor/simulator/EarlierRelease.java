package dev.ephor.simulator;

import dev.ephor.log.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// The disk as it looks to an earlier release, which knows the first format of segments only: those
/// of the second are of a format that it has never heard of. To this release they are shown as of
/// one that *it* has never heard of, and everything else as it is; so that its code is what an
/// earlier one would be, and needs no switch for that.
///
/// Such a release must change nothing.
final class EarlierRelease implements Disk {
    private static final int HEADER = 256;
    private static final int CRC_AT = HEADER - 4;
    private static final int VERSION_AT = 8;
    private static final short KNOWN = 1;
    private static final short UNKNOWN = Short.MAX_VALUE;

    private final World world;
    private final SimDisk disk;
    private final String name;

    /// @param name of the replica
    EarlierRelease(World world, SimDisk disk, String name) {
        this.world = world;
        this.disk = disk;
        this.name = name;
    }

    /// Which formats the segments on the disk have, as far as their headers hold.
    static TreeSet<Integer> formats(SimDisk disk) {
        TreeSet<Integer> formats = new TreeSet<>();
        for (String file : disk.listAll()) {
            if (isSegment(file)) {
                ByteBuffer header = ByteBuffer.wrap(disk.beginning(file, HEADER));
                if (holds(header)) {
                    formats.add((int) header.getShort(VERSION_AT));
                }
            }
        }
        return formats;
    }

    private static boolean isSegment(String file) {
        return file.matches("segment-[0-9a-f]{16}");
    }

    private static boolean holds(ByteBuffer header) {
        return header.limit() == HEADER && header.getInt(CRC_AT) == crc(header);
    }

    private static int crc(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_AT));
        return (int) crc.getValue();
    }

    private RuntimeException changes(String what) {
        return world.broken("an earlier release changes nothing", name + ": " + what);
    }

    @Override
    public List<String> listAll() {
        return disk.listAll();
    }

    @Override
    public boolean exists(String file) {
        return disk.exists(file);
    }

    @Override
    public DiskFile open(String file) throws IOException {
        if (!disk.exists(file)) {
            throw changes("makes " + file);
        }
        return new File(file, disk.open(file));
    }

    @Override
    public void delete(String file) {
        throw changes("deletes " + file);
    }

    @Override
    public void rename(String from, String to) {
        throw changes("renames " + from + " to " + to);
    }

    @Override
    public void flushDirectory() {
        throw changes("flushes the directory");
    }

    private final class File implements DiskFile {
        private final String file;
        private final DiskFile seen;

        File(String file, DiskFile seen) {
            this.file = file;
            this.seen = seen;
        }

        @Override
        public long size() throws IOException {
            return seen.size();
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            int from = target.position();
            int count = seen.read(position, target);
            if (isSegment(file) && position == 0 && count >= HEADER) {
                ByteBuffer header = target.slice(from, HEADER);
                if (holds(header) && header.getShort(VERSION_AT) > KNOWN) {
                    header.putShort(VERSION_AT, UNKNOWN);
                    header.putInt(CRC_AT, crc(header));
                }
            }
            return count;
        }

        @Override
        public void write(long position, ByteBuffer source) {
            throw changes("writes to " + file);
        }

        @Override
        public void preallocate(long size) {
            throw changes("lengthens " + file);
        }

        @Override
        public void truncate(long size) {
            throw changes("shortens " + file);
        }

        @Override
        public void flush() {
            throw changes("flushes " + file);
        }

        @Override
        public void close() throws IOException {
            seen.close();
        }
    }
}
