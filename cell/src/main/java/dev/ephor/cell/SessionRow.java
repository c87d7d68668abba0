package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.log.MalformedException;
import dev.ephor.paxos.Bytes;

/// A session as it is replicated. How far its lease runs is only in the master's memory: a new
/// master assumes the longest that any may have given.
///
/// @param clientName for people
/// @param leaseMillis its lease when there is no load
/// @param longestLeaseMillis the longest lease that any master may have given it
/// @param phase whether it lives
record SessionRow(
        long id, String clientName, int leaseMillis, int longestLeaseMillis, Phase phase) {
    private static final int FORMAT = 1;

    /// A session that ends with much to its name loses it in several steps, and a new master goes
    /// on where the old one stopped.
    enum Phase {
        ALIVE,
        /// Its lease ran out: lock-delays apply.
        DIED,
        /// Its client closed it.
        CLOSED
    }

    SessionRow withLongestLease(int millis) {
        return new SessionRow(id, clientName, leaseMillis, millis, phase);
    }

    SessionRow in(Phase next) {
        return new SessionRow(id, clientName, leaseMillis, longestLeaseMillis, next);
    }

    Bytes encode() {
        return new ByteWriter(32)
                .u8(FORMAT)
                .varint(id)
                .text(clientName)
                .varint(leaseMillis)
                .varint(longestLeaseMillis)
                .u8(
                        switch (phase) {
                            case ALIVE -> 0;
                            case DIED -> 1;
                            case CLOSED -> 2;
                        })
                .toBytes();
    }

    static SessionRow decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("session", in.u8(), FORMAT);
        long id = in.varint();
        String clientName = in.text();
        int lease = in.smallNatural();
        int longest = in.smallNatural();
        int phase = in.u8();
        in.end();
        return new SessionRow(
                id,
                clientName,
                lease,
                longest,
                switch (phase) {
                    case 0 -> Phase.ALIVE;
                    case 1 -> Phase.DIED;
                    case 2 -> Phase.CLOSED;
                    default -> throw new MalformedException("a session in unknown phase " + phase);
                });
    }
}
