package dev.ephor.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Stream;

/// The modules of the house, and where their sources are.
final class House {
    /// Each module with the modules that it may use. The order is that of the parent's `pom.xml`.
    static final SequencedMap<String, SequencedSet<String>> MAY_USE = new LinkedHashMap<>();

    static {
        mayUse("paxos");
        mayUse("log", "paxos");
        mayUse("database", "paxos", "log");
        mayUse("cell", "paxos", "log", "database");
        mayUse("api");
        mayUse("client", "api");
        mayUse("server", "paxos", "log", "database", "cell", "api");
        mayUse("cli", "paxos", "log", "database", "cell", "api", "client", "server");
        mayUse("simulator", "paxos", "log", "database", "cell", "api", "client", "server", "cli");
        mayUse("benchmark", "paxos", "log", "database", "cell", "api", "client", "server", "cli");
        mayUse("examples", "paxos", "log", "database", "api", "client");
    }

    /// What the tests of a module may use besides, where the two ends of a wire are tried together
    /// or inputs are made up.
    static final Map<String, List<String>> MAY_TEST_WITH =
            Map.of(
                    "log", List.of("fuzzing"),
                    "database", List.of("fuzzing"),
                    "cell", List.of("fuzzing"),
                    "client", List.of("fuzzing"),
                    "server", List.of("client", "fuzzing"),
                    "simulator", List.of("fuzzing"));

    /// Modules that hold no product code, only tests of the others; last in the list.
    static final List<String> TESTS_ONLY = List.of("fuzzing", "acceptance", "architecture");

    private House() {}

    private static void mayUse(String module, String... others) {
        MAY_USE.put(module, new LinkedHashSet<>(List.of(others)));
    }

    /// The directory that holds the parent's `pom.xml`.
    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(directory.resolve(".mvn"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("no directory above holds .mvn");
            }
        }
        return directory;
    }

    /// All Java sources that are written by hand, main and test, in a fixed order.
    static List<Path> sources() {
        return Stream.concat(MAY_USE.sequencedKeySet().stream(), TESTS_ONLY.stream())
                .flatMap(module -> Stream.of("main", "test").map(set -> sourceRoot(module, set)))
                .filter(Files::isDirectory)
                .flatMap(House::javaFilesBelow)
                .toList();
    }

    static Path sourceRoot(String module, String set) {
        return root().resolve(module).resolve("src").resolve(set).resolve("java");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The path as it is written in the lists of exceptions: from the root, with slashes.
    static String nameOf(Path file) {
        return root().relativize(file).toString().replace('\\', '/');
    }

    private static Stream<Path> javaFilesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
