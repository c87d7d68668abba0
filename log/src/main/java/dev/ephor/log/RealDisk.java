package dev.ephor.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A directory of the file system, held by one process at a time.
public final class RealDisk implements Disk, AutoCloseable {
    private RealDisk() {}

    /// Opens the directory, makes it where there is none, and locks it.
    ///
    /// @throws WrongDiskException another process, or another replica in this one, has it open
    /// @throws IOException it cannot be made or locked
    public static RealDisk open(Path directory) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean exists(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public DiskFile open(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flushDirectory() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Releases the lock.
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
