package dev.ephor.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A directory of files, as the log needs it: the real one is a thin layer over `FileChannel`, the
/// simulated one forgets what was not flushed when its replica crashes, and may tear what was being
/// written. No sub-directories. Methods block and may be called from the disk and background
/// executors, and from any thread before the replica runs.
public interface Disk {
    /// Names of all files, those in folders too, sorted.
    List<String> listAll() throws IOException;

    /// Names of the files that lie in no folder, sorted.
    default List<String> list() throws IOException {
        return listAll().stream().filter(name -> name.indexOf('/') < 0).toList();
    }

    boolean exists(String name) throws IOException;

    /// Opens a file for reading and writing, and makes it where there is none.
    DiskFile open(String name) throws IOException;

    void delete(String name) throws IOException;

    /// Moves a file, into another folder perhaps; replaces `to`, atomically.
    void rename(String from, String to) throws IOException;

    /// Makes creations, deletions and renames durable.
    void flushDirectory() throws IOException;

    /// An open file.
    interface DiskFile extends AutoCloseable {
        long size() throws IOException;

        /// Writes all that remains in the buffer at the position. A crash before the next flush may
        /// leave any of the aligned 512-byte sectors of it, or a beginning of it; elsewhere the
        /// file is as it was.
        void write(long position, ByteBuffer source) throws IOException;

        /// Reads into the buffer from the position; returns how many bytes, or -1 at the end of the
        /// file. A failure means that what is there cannot be read any more.
        int read(long position, ByteBuffer target) throws IOException;

        /// Makes the file at least this long, with zeros, so that later writes need not change its
        /// metadata.
        void preallocate(long size) throws IOException;

        void truncate(long size) throws IOException;

        /// Makes everything written durable (fdatasync). After a failure the file's contents are
        /// unknown: never retry.
        void flush() throws IOException;

        @Override
        void close() throws IOException;
    }
}
