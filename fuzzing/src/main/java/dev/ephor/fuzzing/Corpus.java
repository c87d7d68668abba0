package dev.ephor.fuzzing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
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

    /// Where the inputs of a fuzz test are, from the root of the resources.
    static Path directory(Class<?> tests, String fuzzTest) {
        return Path.of(tests.getPackageName().replace('.', '/'))
                .resolve(tests.getSimpleName() + "Inputs")
                .resolve(fuzzTest);
    }

    /// The inputs by name; none where the directory is missing.
    static SortedMap<String, byte[]> read(Class<?> tests, String fuzzTest) {
        SortedMap<String, byte[]> inputs = new TreeMap<>();
        URL found = tests.getResource("/" + directory(tests, fuzzTest).toString());
        if (found == null) {
            return inputs;
        }
        try (Stream<Path> files = Files.list(Path.of(uri(found)))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                inputs.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inputs;
    }

    private static URI uri(URL url) {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
