package dev.ephor.fuzzing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The inputs that are committed for the fuzz tests of a class, where Jazzer looks for them.
final class Corpus {
    private Corpus() {}

    /// The fuzz tests of a class, in order of their names.
    static List<Method> fuzzTests(Class<?> tests) {
        return Arrays.stream(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(FuzzTest.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    /// Where the inputs of a fuzz test are, from the directory of the module, in which tests run.
    /// Among the sources: a build may still hold inputs that were removed.
    static Path directory(Class<?> tests, String fuzzTest) {
        return Path.of("src", "test", "resources")
                .resolve(tests.getPackageName().replace('.', '/'))
                .resolve(tests.getSimpleName() + "Inputs")
                .resolve(fuzzTest);
    }

    /// The inputs by name; none where the directory is missing.
    static SortedMap<String, byte[]> read(Class<?> tests, String fuzzTest) {
        SortedMap<String, byte[]> inputs = new TreeMap<>();
        Path directory = directory(tests, fuzzTest);
        if (!Files.isDirectory(directory)) {
            return inputs;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                inputs.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inputs;
    }
}
