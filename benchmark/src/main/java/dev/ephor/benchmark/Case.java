package dev.ephor.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One shape of load.
///
/// @param name what `--cases` calls it
/// @param writes whether it writes or reads
/// @param workers how many connections, each with a session of its own
/// @param outstanding operations in flight on each connection: with 1 a worker is a thread that
///   calls and waits, with more the calls are asynchronous
/// @param bytes size of a file
record Case(String name, boolean writes, int workers, int outstanding, int bytes) {
    /// The table of the paper (PML §8), many callers, many calls in flight, and many readers.
    static final List<Case> ALL =
            List.of(
                    write(1, 5),
                    write(10, 5),
                    write(20, 5),
                    write(100, 5),
                    write(1, 8192),
                    write(4, 8192),
                    write(1, 32768),
                    new Case("write-4x256x128", true, 4, 256, 128),
                    new Case("read-100x128", false, 100, 1, 128));

    /// Loads that bring the code to its compiled form before anything is measured. Two, because
    /// where many calls share what they can, what they share is hardly run.
    static final List<Case> WARM_UPS =
            List.of(
                    new Case("warm-up-4x64x128", true, 4, 64, 128),
                    new Case("warm-up-2x5", true, 2, 1, 5));

    private static Case write(int workers, int bytes) {
        return new Case("write-" + workers + "x" + bytes, true, workers, 1, bytes);
    }

    static Optional<Case> named(String name) {
        return ALL.stream().filter(one -> one.name.equals(name)).findFirst();
    }

    static List<String> names() {
        return ALL.stream().map(Case::name).toList();
    }

    /// Writers have a file each; readers go over a thousand.
    int files() {
        return writes ? workers * outstanding : 1000;
    }

    byte[] contents() {
        byte[] contents = new byte[bytes];
        Arrays.fill(contents, (byte) 'x');
        return contents;
    }
}
