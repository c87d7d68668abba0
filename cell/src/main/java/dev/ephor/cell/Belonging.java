package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;

/// What a handle of a session has that outlives a master: found by session, so that it can be taken
/// away when the session ends. The other side, found by node, is in the [LockRow] or in the openers
/// of an ephemeral node.
///
/// @param serial of the handle
/// @param instance of the node; where the node at the path is another one by now, the belonging is
///   worth nothing
record Belonging(Kind kind, long serial, long instance, NodePath path) {
    private static final int FORMAT = 1;

    /// What it is.
    enum Kind {
        /// The handle holds the node's lock. First in order, so that it is taken before the node
        /// may go.
        LOCK('l'),
        /// The handle keeps an ephemeral node alive.
        OPEN('o');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    Bytes encode() {
        return new ByteWriter(24 + path.text().length())
                .u8(FORMAT)
                .u8(kind.letter)
                .varint(serial)
                .varint(instance)
                .text(path.text())
                .toBytes();
    }

    static Belonging decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("belonging", in.u8(), FORMAT);
        int letter = in.u8();
        Kind kind =
                switch (letter) {
                    case 'l' -> Kind.LOCK;
                    case 'o' -> Kind.OPEN;
                    default -> throw new MalformedException("a belonging of unknown kind");
                };
        Belonging belonging = new Belonging(kind, in.varint(), in.varint(), NodePath.of(in.text()));
        in.end();
        return belonging;
    }
}
