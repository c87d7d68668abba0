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
    private DataDirectory() {}

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
