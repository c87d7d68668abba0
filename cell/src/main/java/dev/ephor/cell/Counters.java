package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.paxos.Bytes;

/// Numbers of the whole cell that only rise.
///
/// @param last the last number that was given to a session or to an instance of a node
/// @param lockFloor the highest lock generation of any node that is deleted: a free lock gets a
///   higher one, so that lock generations rise over deletion and new creation too
record Counters(long last, long lockFloor) {
    static final Counters ZERO = new Counters(0, 0);

    private static final int FORMAT = 1;

    Counters next() {
        return new Counters(last + 1, lockFloor);
    }

    Counters above(long lockGeneration) {
        return new Counters(last, Math.max(lockFloor, lockGeneration));
    }

    Bytes encode() {
        return new ByteWriter(16).u8(FORMAT).varint(last).varint(lockFloor).toBytes();
    }

    static Counters decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("row of counters", in.u8(), FORMAT);
        Counters counters = new Counters(in.varint(), in.varint());
        in.end();
        return counters;
    }
}
