package dev.ephor.fuzzing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Makes inputs that are almost those of a corpus.
final class Mutator {
    private static final byte[] BOUNDARIES = {0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xfe, -1};
    private static final int[] LENGTHS = {
        0, 1, 255, 256, 65_535, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
    };

    private final List<byte[]> corpus;
    private final SplittableRandom random;

    Mutator(List<byte[]> corpus, SplittableRandom random) {
        this.corpus = corpus;
        this.random = random;
    }

    byte[] next() {
        byte[] input = any().clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            input = change(input);
        }
        return input;
    }

    private byte[] any() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private byte[] change(byte[] input) {
        if (input.length == 0) {
            byte[] made = new byte[1 + random.nextInt(16)];
            random.nextBytes(made);
            return made;
        }
        int at = random.nextInt(input.length);
        int end = at + 1 + random.nextInt(Math.min(32, input.length - at));
        switch (random.nextInt(9)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = (byte) random.nextInt();
            case 2 -> input[at] = BOUNDARIES[random.nextInt(BOUNDARIES.length)];
            case 3 -> input[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 4 -> putLength(input, at);
            case 5 -> {
                return Arrays.copyOf(input, at);
            }
            case 6 -> {
                return splice(input, at, end, new byte[0], 0, 0);
            }
            case 7 -> {
                return splice(input, at, at, input, at, end);
            }
            default -> {
                byte[] other = any();
                int from = random.nextInt(other.length + 1);
                return splice(input, at, end, other, from, Math.min(other.length, from + 32));
            }
        }
        return input;
    }

    /// A number of four bytes, where a length might be.
    private void putLength(byte[] input, int at) {
        int length = LENGTHS[random.nextInt(LENGTHS.length)];
        for (int i = at; i < Math.min(at + 4, input.length); i++) {
            input[i] = (byte) (length >>> 8 * (3 - (i - at)));
        }
    }

    /// The input with a piece of another one in the place of the bytes from `at` to `end`.
    private static byte[] splice(byte[] input, int at, int end, byte[] other, int from, int to) {
        byte[] result = new byte[input.length - (end - at) + to - from];
        System.arraycopy(input, 0, result, 0, at);
        System.arraycopy(other, from, result, at, to - from);
        System.arraycopy(input, end, result, at + to - from, input.length - end);
        return result;
    }
}
