package dev.ephor.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory that the servers' data is in. However the benchmark ends, servers are stopped and
/// the directory is deleted; only a kill -9 leaves the directory behind (servers end even then).
final class Workplace implements AutoCloseable {
    private final Path directory;
    private final List<Peer> peers = new ArrayList<>();
    private final Thread atExit = new Thread(this::clear, "clean-up");
    private boolean cleared;

    private Workplace(Path directory) {
        this.directory = directory;
    }

    /// @param parent where to make the directory; null for the place of temporary files
    static Workplace open(@Nullable Path parent) throws IOException {
        String prefix = "ephor-benchmark-";
        Workplace workplace =
                new Workplace(
                        parent == null
                                ? Files.createTempDirectory(prefix)
                                : Files.createTempDirectory(parent.toAbsolutePath(), prefix));
        Runtime.getRuntime().addShutdownHook(workplace.atExit);
        return workplace;
    }

    Path directory() {
        return directory;
    }

    synchronized void closeLater(Peer peer) {
        peers.add(peer);
    }

    @Override
    public void close() {
        clear();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The program is ending already: the hook runs, and finds nothing left to do.
        }
    }

    private synchronized void clear() {
        if (cleared) {
            return;
        }
        cleared = true;
        peers.forEach(Peer::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + directory, e);
        }
    }
}
