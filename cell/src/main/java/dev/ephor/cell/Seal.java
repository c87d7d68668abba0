package dev.ephor.cell;

import dev.ephor.database.ByteReader;
import dev.ephor.database.ByteWriter;
import dev.ephor.database.MalformedException;
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
    private static final int MAX_LOCK_DELAY = Integer.MAX_VALUE;

    private final Hmac hmac;

    Seal(Bytes key) {
        hmac = new Hmac(key);
    }

    Bytes handle(Handle handle) {
        Bytes body =
                new ByteWriter(64 + handle.path().text().length())
                        .oneByte(OF_HANDLE)
                        .oneByte(FORMAT)
                        .number(handle.epoch())
                        .number(handle.session())
                        .number(handle.serial())
                        .text(handle.path().text())
                        .number(handle.instance())
                        .flag(handle.write())
                        .number(handle.events().bits())
                        .number(handle.lockDelayMillis())
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
        in.oneByte();
        Formats.check("handle", in.oneByte(), FORMAT);
        long epoch = in.number();
        long session = in.number();
        long serial = in.number();
        NodePath path = NodePath.of(in.text());
        Handle handle =
                new Handle(
                        epoch,
                        session,
                        serial,
                        path,
                        in.number(),
                        in.flag(),
                        new EventTypes(in.smallNumber(Integer.MAX_VALUE)),
                        in.smallNumber(MAX_LOCK_DELAY),
                        in.text());
        in.end();
        return handle;
    }

    /// What a client must show to go on with its session on another stream.
    Bytes sessionSecret(long session) {
        Bytes body = new ByteWriter(16).oneByte(OF_SESSION).number(session).toBytes();
        return hmac.sign(body, CODE_BYTES);
    }
}
