package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Check;
import java.util.List;

/// What an operation may be at most; more is refused before it gets to the log.
///
/// @param keyBytes bytes of a key in UTF-8
/// @param valueBytes bytes of a value
/// @param multiOpBytes bytes of a whole MultiOp as it stands in the log
public record DatabaseLimits(int keyBytes, int valueBytes, int multiOpBytes) {
    public static final DatabaseLimits DEFAULT = new DatabaseLimits(16 << 10, 1 << 20, 4 << 20);

    public DatabaseLimits {
        Check.that(keyBytes > 0 && valueBytes > 0 && multiOpBytes > 0, "limits are positive");
    }

    /// @throws IllegalArgumentException says what is too long, or is no text
    void check(MultiOp multiOp) {
        for (Guard guard : multiOp.guards()) {
            switch (guard) {
                case Guard.Absent(String key) -> checkKey(key);
                case Guard.Present(String key) -> checkKey(key);
                case Guard.Equals(String key, Bytes value) -> checkRow(key, value);
                case Guard.EpochIs _ -> {}
            }
        }
        checkOps(multiOp.then());
        checkOps(multiOp.otherwise());
    }

    void checkEncoded(Bytes encoded) {
        if (encoded.length() > multiOpBytes) {
            throw new IllegalArgumentException(
                    "a MultiOp of " + encoded.length() + " bytes; the limit is " + multiOpBytes);
        }
    }

    private void checkOps(List<Op> ops) {
        for (Op op : ops) {
            switch (op) {
                case Op.Insert(String key, Bytes value) -> checkRow(key, value);
                case Op.Delete(String key) -> checkKey(key);
                case Op.Lookup(String key) -> checkKey(key);
            }
        }
    }

    private void checkRow(String key, Bytes value) {
        checkKey(key);
        if (value.length() > valueBytes) {
            throw new IllegalArgumentException(
                    "a value of " + value.length() + " bytes; the limit is " + valueBytes);
        }
    }

    private void checkKey(String key) {
        long bytes = utf8Length(key);
        if (bytes > keyBytes) {
            throw new IllegalArgumentException(
                    "a key of " + bytes + " bytes; the limit is " + keyBytes);
        }
    }

    /// @throws IllegalArgumentException half of a pair of surrogates stands alone
    private static long utf8Length(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x80) {
                continue;
            }
            if (unit < 0x800) {
                bytes++;
            } else if (!Character.isSurrogate(unit)) {
                bytes += 2;
            } else if (Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2;
                i++;
            } else {
                throw new IllegalArgumentException(
                        "a key with half of a surrogate pair, which UTF-8 cannot hold");
            }
        }
        return bytes;
    }
}
