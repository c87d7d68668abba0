package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;
import java.util.Optional;

/// Makes what clients hold but cannot make themselves: handles, which end with check digits (Chubby
/// §2.3), and the secrets of sessions. Both are keyed by the cell's secret, which never leaves the
/// replicas. Confined to the loop.
final class Seal {
    static final int KEY_BYTES = 32;

    private static final int FORMAT = 1;
    private static final int CODE_BYTES = 16;
    private static final int OF_HANDLE = 1;
    private static final int OF_SESSION = 2;

    private final Hmac hmac;

    Seal(Bytes key) {
        hmac = new Hmac(key);
    }

    Bytes handle(Handle handle) {
        Bytes body =
                new ByteWriter(64 + handle.path().text().length())
                        .u8(OF_HANDLE)
                        .u8(FORMAT)
                        .varint(handle.epoch())
                        .varint(handle.session())
                        .varint(handle.serial())
                        .text(handle.path().text())
                        .varint(handle.instance())
                        .flag(handle.write())
                        .varint(handle.events().bits())
                        .varint(handle.lockDelayMillis())
                        .text(handle.sequencer())
                        .toBytes();
        return new ByteWriter(body.length() + CODE_BYTES)
                .raw(body)
                .raw(hmac.sign(body, CODE_BYTES))
                .toBytes();
    }

    /// What the handle says; empty where these are not the bytes of a handle of this cell.
    Optional<Handle> open(Bytes bytes) {
        int end = bytes.length() - CODE_BYTES;
        if (end < 2 || bytes.byteAt(0) != OF_HANDLE) {
            return Optional.empty();
        }
        Bytes body = bytes.slice(0, end);
        if (!Hmac.same(hmac.sign(body, CODE_BYTES), bytes.slice(end, bytes.length()))) {
            return Optional.empty();
        }
        // From here on it is ours; what this version cannot read is a handle of a later one.
        try {
            return Optional.of(read(new ByteReader(body)));
        } catch (MalformedException | IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static Handle read(ByteReader in) {
        in.u8();
        Formats.check("handle", in.u8(), FORMAT);
        long epoch = in.varint();
        long session = in.varint();
        long serial = in.varint();
        NodePath path = NodePath.of(in.text());
        Handle handle =
                new Handle(
                        epoch,
                        session,
                        serial,
                        path,
                        in.varint(),
                        in.flag(),
                        new EventTypes(in.smallNatural()),
                        in.smallNatural(),
                        in.text());
        in.end();
        return handle;
    }

    /// What a client must show to go on with its session on another stream.
    Bytes sessionSecret(long session) {
        Bytes body = new ByteWriter(16).u8(OF_SESSION).varint(session).toBytes();
        return hmac.sign(body, CODE_BYTES);
    }
}
