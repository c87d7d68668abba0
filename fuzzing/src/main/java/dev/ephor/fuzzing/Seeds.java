package dev.ephor.fuzzing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The real encodings that a corpus begins with: the committed files are compared with what the
/// codecs write today, so that a fuzzer never starts from a format that is gone.
public final class Seeds {
    /// `-Dfuzz.seeds=write` writes the files instead of comparing them.
    private static final boolean WRITE = "write".equals(System.getProperty("fuzz.seeds"));

    private static final String PREFIX = "seed-";

    private final Class<?> tests;
    private final SortedMap<String, SortedMap<String, byte[]>> seeds = new TreeMap<>();

    private Seeds(Class<?> tests) {
        this.tests = tests;
    }

    /// @param tests a class with fuzz tests
    public static Seeds of(Class<?> tests) {
        return new Seeds(tests);
    }

    /// @param fuzzTest name of the method
    /// @param name of the input
    public Seeds add(String fuzzTest, String name, byte[] input) {
        seeds.computeIfAbsent(fuzzTest, _ -> new TreeMap<>()).put(PREFIX + name, input);
        return this;
    }

    /// Every fuzz test has seeds, and they are the committed ones.
    ///
    /// @throws AssertionError they are not
    public void check() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (var fuzzTest : Corpus.fuzzTests(tests)) {
            String name = fuzzTest.getName();
            SortedMap<String, byte[]> wanted = seeds.getOrDefault(name, new TreeMap<>());
            if (wanted.isEmpty()) {
                wrong.add(name + " has no seeds");
            } else if (WRITE) {
                write(Corpus.directory(tests, name), wanted);
            } else {
                compare(name, wanted, Corpus.read(tests, name), wrong);
            }
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(
                    "the seeds of "
                            + tests.getSimpleName()
                            + " are not what the codecs write; where that is meant, run this test"
                            + " with -Dfuzz.seeds=write: "
                            + wrong);
        }
    }

    private static void compare(
            String fuzzTest,
            SortedMap<String, byte[]> wanted,
            SortedMap<String, byte[]> committed,
            List<String> wrong) {
        wanted.forEach((name, input) -> {
            byte[] there = committed.get(name);
            if (there == null || !Arrays.equals(there, input)) {
                wrong.add(fuzzTest + "/" + name + (there == null ? " is missing" : " differs"));
            }
        });
        committed.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !wanted.containsKey(name))
                .forEach(name -> wrong.add(fuzzTest + "/" + name + " is not written any more"));
    }

    private static void write(Path target, SortedMap<String, byte[]> inputs) throws IOException {
        Files.createDirectories(target);
        try (var files = Files.newDirectoryStream(target, PREFIX + "*")) {
            for (Path old : files) {
                Files.delete(old);
            }
        }
        for (var input : inputs.entrySet()) {
            Files.write(target.resolve(input.getKey()), input.getValue());
        }
    }
}
