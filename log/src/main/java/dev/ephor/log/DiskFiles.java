package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What is done to files in more than one place.
final class DiskFiles {
    /// What a file is called until it is complete.
    static final String UNFINISHED = ".tmp";

    /// A read that fails may be of a cable or a controller, and succeed the next time.
    private static final int READ_ATTEMPTS = 4;

    private DiskFiles() {}

    static ByteBuffer readAll(Disk disk, String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            return read(file, name, 0, Math.toIntExact(file.size()));
        }
    }

    /// @throws DamagedException the disk cannot read it any more, or the file is shorter
    static ByteBuffer read(DiskFile file, String name, long position, int length) {
        ByteBuffer content = ByteBuffer.allocate(length);
        int failures = 0;
        while (content.hasRemaining()) {
            long at = position + content.position();
            try {
                if (file.read(at, content) < 0) {
                    throw new DamagedException(name, at, "the file ends here");
                }
            } catch (IOException e) {
                if (++failures == READ_ATTEMPTS) {
                    throw new DamagedException(name, at, "it cannot be read: " + e.getMessage());
                }
            }
        }
        return content.flip();
    }

    static void delete(Disk disk, String name) throws IOException {
        if (disk.exists(name)) {
            disk.delete(name);
        }
    }

    /// Makes a file that is there either wholly, and safely, or not at all.
    static void writeWhole(Disk disk, String name, ByteBuffer content) throws IOException {
        String unfinished = name + UNFINISHED;
        try (DiskFile file = disk.open(unfinished)) {
            file.truncate(0);
            file.write(0, content);
            file.flush();
        }
        disk.rename(unfinished, name);
        disk.flushDirectory();
    }
}
