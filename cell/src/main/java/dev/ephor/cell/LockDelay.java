package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.paxos.Bytes;

/// A holder of a node's lock died, and nobody else gets the lock for a while (Chubby §2.4). The row
/// is there while the delay runs; a new master runs the whole delay again, because time does not
/// survive.
///
/// @param mode how the dead one held the lock: what does not go with that must wait
record LockDelay(LockMode mode, int millis) {
    private static final int FORMAT = 1;

    /// Both at once: whatever one of them forbids is forbidden for the longer time.
    LockDelay and(LockDelay other) {
        LockMode stricter = mode == LockMode.EXCLUSIVE ? mode : other.mode;
        return new LockDelay(stricter, Math.max(millis, other.millis));
    }

    Bytes encode() {
        return new ByteWriter(8)
                .u8(FORMAT)
                .flag(mode == LockMode.EXCLUSIVE)
                .varint(millis)
                .toBytes();
    }

    static LockDelay decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("lock-delay", in.u8(), FORMAT);
        LockMode mode = in.flag() ? LockMode.EXCLUSIVE : LockMode.SHARED;
        LockDelay delay = new LockDelay(mode, in.smallNatural());
        in.end();
        return delay;
    }
}
