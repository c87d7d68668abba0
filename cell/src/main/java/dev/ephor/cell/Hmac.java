package dev.ephor.cell;

import dev.ephor.paxos.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// HMAC-SHA-256 (RFC 2104) under one key. Confined to the loop.
final class Hmac {
    private static final int BLOCK = 64;
    private static final int INNER = 0x36;
    private static final int OUTER = 0x5c;

    /// Both have taken in the key already; they are copied for each message.
    private final MessageDigest inner;

    private final MessageDigest outer;

    /// @param key of at most 64 bytes
    Hmac(Bytes key) {
        if (key.length() > BLOCK) {
            throw new IllegalArgumentException("a key of at most " + BLOCK + " bytes");
        }
        inner = keyed(key, INNER);
        outer = keyed(key, OUTER);
    }

    /// The first `length` bytes of the message's authentication code.
    Bytes sign(Bytes message, int length) {
        MessageDigest first = copy(inner);
        first.update(message.asReadOnlyBuffer());
        MessageDigest second = copy(outer);
        second.update(first.digest());
        return Bytes.wrap(Arrays.copyOf(second.digest(), length));
    }

    /// Takes the same time wherever two codes differ.
    static boolean same(Bytes one, Bytes other) {
        return MessageDigest.isEqual(one.toByteArray(), other.toByteArray());
    }

    private static MessageDigest keyed(Bytes key, int pad) {
        byte[] block = new byte[BLOCK];
        System.arraycopy(key.toByteArray(), 0, block, 0, key.length());
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= (byte) pad;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(block);
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the SHA-256 of the JDK can be copied", e);
        }
    }
}
