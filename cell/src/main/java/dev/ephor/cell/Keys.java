package dev.ephor.cell;

import dev.ephor.log.MalformedException;

/// The layout of the database's keys. The first character tells what kind of row it is; what is
/// read together is together:
///
/// | key | row |
/// |---|---|
/// | `c` | [Counters] |
/// | `d` path | [LockDelay]: the lock-delay of this node runs |
/// | `e` path NUL instance session serial | this handle has the ephemeral node open; no value |
/// | `k` | the cell's secret: 32 bytes |
/// | `l` path | [LockRow]; missing where the lock was never held |
/// | `n` depth path | [NodeRow]; a directory's children are one range |
/// | `q` session request | outcome of a request, see [Outcomes] |
/// | `s` session | [SessionRow] |
/// | `v` | version of this layout: one byte |
/// | `x` session kind serial | [Belonging]: what a session has and must lose when it ends |
///
/// Numbers are written so that their order as text is their order as numbers.
final class Keys {
    static final String COUNTERS = "c";
    static final String SECRET = "k";
    static final String VERSION = "v";

    private static final int MAX_DIGITS = 16;

    private Keys() {}

    static String node(NodePath path) {
        return nodes(path.depth()) + path.text();
    }

    /// Where the children of this directory begin, and, with `/` made the character after it, end.
    static String children(NodePath path) {
        return nodes(path.depth() + 1) + path.text() + '/';
    }

    static String childrenEnd(NodePath path) {
        return nodes(path.depth() + 1) + path.text() + (char) ('/' + 1);
    }

    private static String nodes(int depth) {
        return "n" + (char) ('0' + depth);
    }

    static String lock(NodePath path) {
        return "l" + path.text();
    }

    static String delay(NodePath path) {
        return "d" + path.text();
    }

    /// The path in the key of a [LockDelay].
    static NodePath delayed(String key) {
        return NodePath.of(key.substring(1));
    }

    static String openers(NodePath path, long instance) {
        return "e" + path.text() + '\0' + number(instance);
    }

    static String opener(NodePath path, long instance, long session, long serial) {
        return openers(path, instance) + number(session) + number(serial);
    }

    static String session(long session) {
        return "s" + number(session);
    }

    static String outcomes(long session) {
        return "q" + number(session);
    }

    static String outcome(long session, long request) {
        return outcomes(session) + number(request);
    }

    static String belongings(long session) {
        return "x" + number(session);
    }

    static String belonging(long session, Belonging.Kind kind, long serial) {
        return belongings(session) + kind.letter() + number(serial);
    }

    /// Where the keys end that begin with this prefix, whatever follows it. (No key has the last
    /// character of all.)
    static String end(String prefix) {
        return prefix + Character.MAX_VALUE;
    }

    /// The number in hexadecimal, the count of its digits before it.
    static String number(long value) {
        String digits = Long.toHexString(value);
        return Character.forDigit(digits.length(), MAX_DIGITS + 1) + digits;
    }

    /// The number that is all of the key after its first `prefix` characters.
    static long numberAfter(String key, int prefix) {
        return number(key, prefix, key.length());
    }

    /// Who has an ephemeral node open.
    record Opener(long session, long serial) {}

    /// What the key of an opener says after its first `prefix` characters.
    static Opener openerAfter(String key, int prefix) {
        int digits =
                prefix < key.length() ? Character.digit(key.charAt(prefix), MAX_DIGITS + 1) : 0;
        int middle = Math.min(prefix + 1 + digits, key.length());
        return new Opener(number(key, prefix, middle), number(key, middle, key.length()));
    }

    private static long number(String key, int from, int to) {
        try {
            long value = Long.parseUnsignedLong(key, from + 1, to, 16);
            if (number(value).contentEquals(key.subSequence(from, to))) {
                return value;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // As if it were another number.
        }
        throw new MalformedException("a key has no number where it should");
    }
}
