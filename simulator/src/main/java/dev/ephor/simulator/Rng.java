package dev.ephor.simulator;

import java.util.List;
import java.util.random.RandomGenerator;

/// The simulator's own generator (xoshiro256++), so that a seed means the same run on every JDK.
/// Every purpose draws from a stream of its own: one more draw for the network does not change what
/// the disks do.
final class Rng implements RandomGenerator {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long a;
    private long b;
    private long c;
    private long d;

    Rng(long seed) {
        this.seed = seed;
        long state = seed;
        a = mix(state += GOLDEN);
        b = mix(state += GOLDEN);
        c = mix(state += GOLDEN);
        d = mix(state + GOLDEN);
    }

    /// The finaliser of splitmix64: every bit of the input moves every bit of the output.
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// The stream for a purpose: depends on this generator's seed and the name, not on what was
    /// drawn so far.
    Rng stream(String purpose) {
        long hash = seed;
        for (int i = 0; i < purpose.length(); i++) {
            hash = mix(hash * 31 + purpose.charAt(i));
        }
        return new Rng(hash);
    }

    Rng stream(String purpose, int index) {
        return stream(purpose + "#" + index);
    }

    @Override
    public long nextLong() {
        long result = Long.rotateLeft(a + d, 23) + a;
        long t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = Long.rotateLeft(d, 45);
        return result;
    }

    /// True with this probability; draws nothing where the answer is certain.
    boolean chance(double probability) {
        return probability > 0 && (probability >= 1 || nextDouble() < probability);
    }

    /// Uniform, both ends included.
    int between(int low, int high) {
        return low + (int) below((long) high - low + 1);
    }

    /// Uniform, both ends included.
    long between(long low, long high) {
        return low + below(high - low + 1);
    }

    /// Spread over the magnitudes between the ends: as often near 1 ms as near 1 s.
    long magnitude(long low, long high) {
        double exponent = nextDouble() * (StrictMath.log(high) - StrictMath.log(low));
        return Math.min(high, Math.round(low * StrictMath.exp(exponent)));
    }

    private long below(long bound) {
        return Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    <T> T pick(List<T> list) {
        return list.get(between(0, list.size() - 1));
    }
}
