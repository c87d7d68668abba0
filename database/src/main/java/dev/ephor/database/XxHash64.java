package dev.ephor.database;

import dev.ephor.paxos.Bytes;

/// The 64-bit hash XXH64: fast, the same on every machine, and with tools for it everywhere, so
/// that a client can compute what the cell computed. It finds accidents, not adversaries.
public final class XxHash64 {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    private static final int STRIPE = 32;

    private XxHash64() {}

    /// The hash with seed 0.
    public static long hash(Bytes bytes) {
        return hash(bytes, 0);
    }

    public static long hash(Bytes bytes, long seed) {
        int length = bytes.length();
        int at = 0;
        long hash;
        if (length >= STRIPE) {
            long a = seed + PRIME_1 + PRIME_2;
            long b = seed + PRIME_2;
            long c = seed;
            long d = seed - PRIME_1;
            for (; at <= length - STRIPE; at += STRIPE) {
                a = round(a, bytes.longAt(at));
                b = round(b, bytes.longAt(at + 8));
                c = round(c, bytes.longAt(at + 16));
                d = round(d, bytes.longAt(at + 24));
            }
            hash =
                    Long.rotateLeft(a, 1)
                            + Long.rotateLeft(b, 7)
                            + Long.rotateLeft(c, 12)
                            + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        } else {
            hash = seed + PRIME_5;
        }
        return tail(hash + length, bytes, at);
    }

    /// Hashes the UTF-16 units of a text as XXH64 does with the last bytes of an input. (Not the
    /// hash of any encoding of the text; it saves encoding it.)
    static long hashUnits(String text, long seed) {
        int length = text.length();
        long hash = seed + PRIME_5 + length;
        int at = 0;
        for (; at <= length - 4; at += 4) {
            long units =
                    text.charAt(at)
                            | (long) text.charAt(at + 1) << 16
                            | (long) text.charAt(at + 2) << 32
                            | (long) text.charAt(at + 3) << 48;
            hash = Long.rotateLeft(hash ^ round(0, units), 27) * PRIME_1 + PRIME_4;
        }
        for (; at < length; at++) {
            hash = Long.rotateLeft(hash ^ text.charAt(at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        }
        return avalanche(hash);
    }

    /// Mixes a number so that each bit of the result depends on each of its bits.
    static long mix(long number, long seed) {
        long hash = seed + PRIME_5 + Long.BYTES;
        return avalanche(Long.rotateLeft(hash ^ round(0, number), 27) * PRIME_1 + PRIME_4);
    }

    private static long tail(long start, Bytes bytes, int from) {
        long hash = start;
        int at = from;
        int length = bytes.length();
        for (; at <= length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, bytes.longAt(at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at <= length - 4) {
            long four =
                    (bytes.byteAt(at) & 0xffL)
                            | (bytes.byteAt(at + 1) & 0xffL) << 8
                            | (bytes.byteAt(at + 2) & 0xffL) << 16
                            | (bytes.byteAt(at + 3) & 0xffL) << 24;
            hash = Long.rotateLeft(hash ^ four * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < length; at++) {
            hash = Long.rotateLeft(hash ^ (bytes.byteAt(at) & 0xffL) * PRIME_5, 11) * PRIME_1;
        }
        return avalanche(hash);
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }
}
