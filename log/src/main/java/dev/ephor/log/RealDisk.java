package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A directory of the file system, held by one process at a time. Thread-safe.
public final class RealDisk implements Disk, AutoCloseable {
    private static final String LOCK = "lock";
    private static final int ZEROS = 1 << 20;

    private final Path directory;
    private final FileChannel lockFile;

    private RealDisk(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /// Opens the directory, makes it where there is none, and locks it.
    ///
    /// @throws WrongDiskException another process, or another replica in this one, has it open
    /// @throws IOException it cannot be made or locked
    public static RealDisk open(Path directory) throws IOException {
        Files.createDirectories(directory);
        FileChannel file =
                FileChannel.open(
                        directory.resolve(LOCK),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (tryLock(file) == null) {
                throw new WrongDiskException(
                        "the data directory "
                                + directory
                                + " is in use by another process. Two replicas must not share one:"
                                + " stop the other, or choose another directory");
            }
            return new RealDisk(directory, file);
        } catch (IOException | WrongDiskException e) {
            file.close();
            throw e;
        }
    }

    /// Makes the empty directory that of a replica of a new cell. Once for each replica of the
    /// cell, before its first start, and never for one that lost its disk.
    ///
    /// @param members numbers of the replicas that the cell begins with, this one among them
    /// @throws WrongDiskException the directory is in use, or is a replica's already
    /// @throws IOException it cannot be written
    public static void bootstrap(
            Path directory, String cell, int number, Collection<Integer> members)
            throws IOException {
        try (RealDisk disk = open(directory)) {
            Membership voters = Membership.of(members.stream().map(ReplicaId::of).toList());
            Identity.bootstrap(disk, cell, ReplicaId.of(number), voters, new SecureRandom());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    public Path directory() {
        return directory;
    }

    /// What this user may not look into (`lost+found`, where the directory is that of a whole disk)
    /// is none of a replica's.
    @Override
    public List<String> listAll() throws IOException {
        List<String> names = new ArrayList<>(filesIn(directory, ""));
        for (Path folder : foldersOf(directory)) {
            names.addAll(filesIn(folder, folder.getFileName() + "/"));
        }
        names.remove(LOCK);
        Collections.sort(names);
        return names;
    }

    private static List<Path> foldersOf(Path directory) throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> Files.isDirectory(path) && Files.isReadable(path)).toList();
        }
    }

    private static List<String> filesIn(Path folder, String prefix) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(Files::isRegularFile)
                    .map(file -> prefix + file.getFileName())
                    .toList();
        }
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(directory.resolve(name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new RealFile(
                FileChannel.open(
                        directory.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE));
    }

    @Override
    public void delete(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.delete(file);
        Path folder = file.getParent();
        if (folder != null && !folder.equals(directory)) {
            deleteIfEmpty(folder);
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.delete(folder);
        } catch (DirectoryNotEmptyException e) {
            // There are more files in it.
            return;
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Path target = directory.resolve(to);
        Path folder = target.getParent();
        if (folder != null && !folder.equals(directory)) {
            Files.createDirectories(folder);
        }
        Files.move(directory.resolve(from), target, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void flushDirectory() throws IOException {
        for (Path folder : foldersOf(directory)) {
            flush(folder);
        }
        flush(directory);
    }

    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Releases the lock.
    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    private record RealFile(FileChannel channel) implements DiskFile {
        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(long position, ByteBuffer source) throws IOException {
            long at = position;
            try {
                while (source.hasRemaining()) {
                    at += channel.write(source, at);
                }
            } catch (IOException e) {
                throw told(e);
            }
        }

        @Override
        public int read(long position, ByteBuffer target) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public void preallocate(long size) throws IOException {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
            for (long at = channel.size(); at < size; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(ZEROS, size - at));
                write(at, zeros);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void flush() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw told(e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        /// The JDK tells a full disk only by its message.
        private static IOException told(IOException e) {
            String message = String.valueOf(e.getMessage());
            return message.contains("No space left") || message.contains("quota exceeded")
                    ? new DiskFullException(message, e)
                    : e;
        }
    }
}
