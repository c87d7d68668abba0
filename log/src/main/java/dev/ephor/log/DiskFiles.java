package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// What is done to files in more than one place.
final class DiskFiles {
    /// What a file is called until it is complete.
    static final String UNFINISHED = ".tmp";

    private DiskFiles() {}

    static ByteBuffer readAll(Disk disk, String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            return read(file, name, 0, Math.toIntExact(file.size()));
        }
    }

    static ByteBuffer read(DiskFile file, String name, long position, int length)
            throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        while (content.hasRemaining()) {
            if (file.read(position + content.position(), content) < 0) {
                throw new EOFException(name + " ends at " + (position + content.position()));
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
