package dev.ephor.cell;

import dev.ephor.log.ByteReader;
import dev.ephor.log.ByteWriter;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's lock (Chubby §2.4).
///
/// @param generation how often it went from free to held
/// @param mode how it is held; without meaning while nobody holds it
/// @param holders who holds it, the longest first
record LockRow(long generation, LockMode mode, List<Holder> holders) {
    /// A lock that was never held.
    static final LockRow NEVER_HELD = new LockRow(0, LockMode.SHARED, List.of());

    private static final int FORMAT = 1;

    /// That a holder takes at least.
    private static final int HOLDER_BYTES = 4;

    /// A handle that holds the lock.
    ///
    /// @param serial of the handle, among those of the session
    /// @param request the Acquire that it was granted to
    /// @param delayMillis the lock-delay, if the session dies
    record Holder(long session, long serial, long request, int delayMillis) {
        boolean is(long otherSession, long otherSerial) {
            return session == otherSession && serial == otherSerial;
        }
    }

    LockRow {
        holders = List.copyOf(holders);
    }

    boolean isHeld() {
        return !holders.isEmpty();
    }

    /// Whether another holder in this mode fits in.
    boolean admits(LockMode other) {
        return !isHeld() || mode.goesWith(other);
    }

    @Nullable Holder holder(long session, long serial) {
        for (Holder holder : holders) {
            if (holder.is(session, serial)) {
                return holder;
            }
        }
        return null;
    }

    /// @param floor a free lock gets a generation above this
    LockRow heldBy(Holder holder, LockMode how, long floor) {
        List<Holder> more = new ArrayList<>(holders);
        more.add(holder);
        long next = isHeld() ? generation : Math.max(generation, floor) + 1;
        return new LockRow(next, how, more);
    }

    LockRow without(Holder holder) {
        List<Holder> fewer = new ArrayList<>(holders);
        fewer.remove(holder);
        return new LockRow(generation, mode, fewer);
    }

    Bytes encode() {
        ByteWriter out = new ByteWriter(32).u8(FORMAT).varint(generation);
        out.flag(mode == LockMode.EXCLUSIVE).varint(holders.size());
        for (Holder holder : holders) {
            out.varint(holder.session).varint(holder.serial);
            out.varint(holder.request).varint(holder.delayMillis);
        }
        return out.toBytes();
    }

    static LockRow decode(Bytes bytes) {
        ByteReader in = new ByteReader(bytes);
        Formats.check("lock", in.u8(), FORMAT);
        long generation = in.varint();
        LockMode mode = in.flag() ? LockMode.EXCLUSIVE : LockMode.SHARED;
        int count = in.count(HOLDER_BYTES);
        List<Holder> holders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            holders.add(new Holder(in.varint(), in.varint(), in.varint(), in.smallNatural()));
        }
        in.end();
        return new LockRow(generation, mode, holders);
    }
}
