package dev.ephor.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What is done to the files of a replica that does not run.
final class DataDirectory {
    private static final String UNFINISHED = ".tmp";

    /// More than the tests' writers ever have under way in one replica, in bytes of the log.
    private static final int LONGEST_UNDER_WAY = 64 * 1024;

    private DataDirectory() {}

    /// The files' names, of a replica that may run: files come and go meanwhile.
    static List<String> names(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The files' contents by name.
    static Map<String, byte[]> read(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            Map<String, byte[]> contents = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
            return contents;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path directory, Map<String, byte[]> contents) {
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, byte[]> file : contents.entrySet()) {
                Files.write(directory.resolve(file.getKey()), file.getValue());
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Offsets of what is there: zeros were not written, or look like it.
    static List<Integer> written(byte[] contents) {
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < contents.length; i++) {
            if (contents[i] != 0) {
                offsets.add(i);
            }
        }
        return offsets;
    }

    /// Deletes all that is in it.
    static void wipe(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Offsets where a flipped bit must be noticed at the next start: what is there was flushed
    /// long before the replica stopped, and a start reads it. What the end of the log holds may
    /// have been under way, an older snapshot than the newest is read only where that one does not
    /// hold, and `peers` is only a note of what the others tell again.
    static List<Integer> mustHold(Map<String, byte[]> files, String file) {
        List<Integer> written = written(files.getOrDefault(file, new byte[0]));
        if (file.equals("identity") || file.equals(newest(files, "snapshot-"))) {
            return written;
        }
        if (!file.startsWith("segment-") || file.endsWith(UNFINISHED) || written.isEmpty()) {
            return List.of();
        }
        if (!file.equals(newest(files, "segment-"))) {
            return written;
        }
        int flushed = written.getLast() - LONGEST_UNDER_WAY;
        return written.stream().filter(offset -> offset < flushed).toList();
    }

    /// The last of the complete files of that name; empty where there is none.
    static String newest(Map<String, byte[]> files, String prefix) {
        return files.keySet().stream()
                .filter(name -> name.startsWith(prefix) && !name.endsWith(UNFINISHED))
                .max(Comparator.naturalOrder())
                .orElse("");
    }

    static void flipBit(Path file, int offset, int bit) {
        try {
            byte[] contents = Files.readAllBytes(file);
            contents[offset] ^= (byte) (1 << bit);
            Files.write(file, contents);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void truncate(Path file, long length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
