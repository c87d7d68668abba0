package dev.ephor.simulator;

import java.util.Arrays;

/// The states that were seen, each as 128 bits of hash, and how each was first reached. That two
/// different states have the same hash, so that one of them is overlooked, has a chance of less
/// than 1 in 10^24 for ten million states.
final class Visited {
    private long[] table = new long[1 << 14];
    private int[] parents = new int[1 << 12];
    private int[] steps = new int[1 << 12];
    private int size;

    int size() {
        return size;
    }

    int parent(int number) {
        return parents[number];
    }

    int step(int number) {
        return steps[number];
    }

    /// False where the state was seen before.
    ///
    /// @param parent the number of the state before, -1 for none
    /// @param step which step led here
    boolean add(int[] key, int parent, int step) {
        long one = hash(key, 0x9E3779B97F4A7C15L) | 1;
        long other = hash(key, 0xC2B2AE3D27D4EB4FL);
        if (!insert(table, one, other)) {
            return false;
        }
        if (size == parents.length) {
            parents = Arrays.copyOf(parents, 2 * size);
            steps = Arrays.copyOf(steps, 2 * size);
        }
        parents[size] = parent;
        steps[size] = step;
        size++;
        if (4L * size > table.length) {
            grow();
        }
        return true;
    }

    /// Pairs of numbers; a free place is 0, which no first number is.
    private static boolean insert(long[] table, long one, long other) {
        int mask = table.length / 2 - 1;
        int place = (int) (other & mask);
        while (table[2 * place] != 0) {
            if (table[2 * place] == one && table[2 * place + 1] == other) {
                return false;
            }
            place = (place + 1) & mask;
        }
        table[2 * place] = one;
        table[2 * place + 1] = other;
        return true;
    }

    private void grow() {
        long[] larger = new long[2 * table.length];
        for (int i = 0; i < table.length; i += 2) {
            if (table[i] != 0) {
                insert(larger, table[i], table[i + 1]);
            }
        }
        table = larger;
    }

    private static long hash(int[] key, long seed) {
        long hash = seed;
        for (int part : key) {
            hash = Rng.mix(hash ^ part) + seed;
        }
        return Rng.mix(hash ^ key.length);
    }
}
