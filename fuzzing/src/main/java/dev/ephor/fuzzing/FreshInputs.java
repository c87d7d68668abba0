package dev.ephor.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Tries fuzz tests with inputs made of their corpora: the same ones in every run, so that a build
/// that failed fails again. It knows nothing of what the inputs reach; that is Jazzer's part.
public final class FreshInputs {
    /// `-Dfuzz.runs=N` tries more inputs for each fuzz test, or fewer.
    private static final int RUNS = Integer.getInteger("fuzz.runs", 5_000);

    /// No input of a few hundred bytes is worth more memory: who takes more believed a length.
    private static final long MEMORY = 64 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FreshInputs() {}

    /// A test for each of the fuzz tests.
    ///
    /// @param tests an object of a class with fuzz tests
    public static Stream<DynamicTest> of(Object tests) {
        return Corpus.fuzzTests(tests.getClass()).stream()
                .map(fuzzTest ->
                        DynamicTest.dynamicTest(fuzzTest.getName(), () -> run(tests, fuzzTest)));
    }

    private static void run(Object tests, Method fuzzTest) throws IllegalAccessException {
        List<byte[]> corpus =
                new ArrayList<>(Corpus.read(tests.getClass(), fuzzTest.getName()).values());
        if (corpus.isEmpty()) {
            throw new AssertionError("no corpus is committed for " + fuzzTest.getName());
        }
        SplittableRandom random = new SplittableRandom(fuzzTest.getName().hashCode());
        Mutator mutator = new Mutator(corpus, random);
        fuzzTest.setAccessible(true);
        for (int i = 0; i < RUNS; i++) {
            byte[] input = mutator.next();
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                fuzzTest.invoke(tests, (Object) input.clone());
            } catch (InvocationTargetException e) {
                throw new AssertionError("fails with " + hex(input), e.getCause());
            }
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (taken > MEMORY) {
                throw new AssertionError("takes " + taken + " bytes of memory for " + hex(input));
            }
        }
    }

    private static String hex(byte[] input) {
        return "the input " + HexFormat.of().formatHex(input);
    }
}
