package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A file of a simulated disk, in two versions: as programs see it, and as it would be after a
/// power failure. What lies between them is a journal of operations that no flush has covered yet.
final class SimFile {
    /// The unit that a disk writes whole or not at all.
    static final int SECTOR = 512;

    /// A batch of a log that is not longer has no records: it only proves that others were flushed.
    private static final int NOTHING = 46;

    private byte[] seen = new byte[0];
    private int seenSize;
    private byte[] safe = new byte[0];
    private int safeSize;

    /// Up to here it was written and flushed, but for zeros, and for what was not more than
    /// [#NOTHING].
    private int kept;

    private final List<Change> journal = new ArrayList<>();

    /// Writes that were flushed and went astray, and no later write proves yet that they had been
    /// there. No program could notice that the last thing it wrote is gone, so a crash finds them
    /// where they should be.
    private final List<Change.Write> unproven = new ArrayList<>();

    /// One operation, done at a true time that may lie ahead of the event that is being simulated.
    private sealed interface Change {
        long time();

        /// @param place where it really goes; -1 for nowhere
        record Write(long time, int position, int place, byte[] bytes) implements Change {}

        record Resize(long time, int size) implements Change {}

        record Flush(long time) implements Change {}
    }

    int size() {
        return seenSize;
    }

    /// @param place where on the disk it really goes; -1 for nowhere
    void write(long time, int position, int place, byte[] bytes) {
        seen = put(seen, position, bytes, bytes.length);
        seenSize = Math.max(seenSize, position + bytes.length);
        journal.add(new Change.Write(time, position, place, bytes));
    }

    static boolean isZeros(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }

    /// True where what is at this place was flushed, and the program could know.
    boolean isKept(int position) {
        return position < kept;
    }

    /// Flips one bit of what is safe; returns where, or -1 where nothing is.
    long rot(Rng rng) {
        if (safeSize == 0) {
            return -1;
        }
        int position = rng.between(0, safeSize - 1);
        // Much of a file is zeros that nobody has written to yet: mostly something else rots.
        for (int tries = 0; tries < 20 && safe[position] == 0; tries++) {
            position = rng.between(0, safeSize - 1);
        }
        return flip(rng, position);
    }

    /// The same, among the last of what was flushed.
    long rotAtEnd(Rng rng, int length) {
        return kept == 0 ? -1 : flip(rng, rng.between(Math.max(0, kept - length), kept - 1));
    }

    private long flip(Rng rng, int position) {
        byte bit = (byte) (1 << rng.between(0, 7));
        safe[position] ^= bit;
        if (position < seenSize) {
            seen[position] ^= bit;
        }
        return position;
    }

    /// Copies up to `length` bytes; returns how many there were.
    int read(int position, byte[] target, int length) {
        int count = Math.clamp((long) seenSize - position, 0, length);
        System.arraycopy(seen, position, target, 0, count);
        return count;
    }

    void resize(long time, int size) {
        if (size < seenSize) {
            Arrays.fill(seen, size, seenSize, (byte) 0);
        }
        seen = grown(seen, size);
        seenSize = size;
        journal.add(new Change.Resize(time, size));
    }

    /// Everything so far is safe once `time` has come.
    ///
    /// @param clock the true time of the event that is being simulated: what was flushed by then
    ///   can no longer be lost
    void flush(long time, long clock) {
        journal.add(new Change.Flush(time));
        settle(clock);
    }

    /// A flush failed. The pages may be dropped and yet look clean: what a program sees no longer
    /// says what is safe, and no later flush will help.
    void flushFailed(Rng rng) {
        double dropped = rng.pick(List.of(0.5, 1.0));
        int unflushed = journal.size();
        while (unflushed > 0 && !(journal.get(unflushed - 1) instanceof Change.Flush)) {
            unflushed--;
        }
        journal.subList(unflushed, journal.size()).removeIf(_ -> rng.chance(dropped));
    }

    private void settle(long clock) {
        int covered = -1;
        for (int i = 0; i < journal.size(); i++) {
            if (journal.get(i) instanceof Change.Flush(long time) && time <= clock) {
                covered = i;
            }
        }
        List<Change> done = journal.subList(0, covered + 1);
        for (Change change : done) {
            harden(change);
            if (change instanceof Change.Write(long _, int position, int place, byte[] bytes)
                    && place == position
                    && bytes.length > NOTHING
                    && !isZeros(bytes)) {
                kept = Math.max(kept, position + bytes.length);
            }
        }
        done.clear();
    }

    /// Power fails at `clock`: each change since the last flush is kept, lost or torn, in no order.
    ///
    /// @return true where a part of a write is left, and not all of it
    boolean crash(Rng rng, long clock) {
        settle(clock);
        double kept = rng.pick(List.of(0.0, 0.5, 0.9, 1.0));
        double torn = rng.pick(List.of(0.0, 0.3, 1.0));
        boolean isTorn = false;
        for (Change change : journal) {
            // What was under way just then may be torn; what would have come later never began.
            boolean begun = change.time() <= clock;
            if (begun && rng.chance(kept)) {
                harden(change);
            } else if (change instanceof Change.Write write && rng.chance(torn)) {
                isTorn |= tear(rng, write);
            }
            if (!begun) {
                break;
            }
        }
        journal.clear();
        unproven.forEach(this::put);
        unproven.clear();
        seen = Arrays.copyOf(safe, safeSize);
        seenSize = safeSize;
        return isTorn;
    }

    private boolean tear(Rng rng, Change.Write write) {
        byte[] bytes = write.bytes();
        if (rng.nextBoolean()) {
            int left = rng.between(0, bytes.length);
            putSafe(write.position(), Arrays.copyOf(bytes, left));
            return left > 0 && left < bytes.length;
        }
        int from = 0;
        int left = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + SECTOR - (write.position() + from) % SECTOR);
            if (rng.nextBoolean()) {
                putSafe(write.position() + from, Arrays.copyOfRange(bytes, from, to));
                left += to - from;
            }
            from = to;
        }
        return left > 0 && left < bytes.length;
    }

    private void harden(Change change) {
        switch (change) {
            case Change.Write write -> {
                if (write.place() == write.position()) {
                    put(write);
                    unproven.clear();
                } else {
                    unproven.add(write);
                    if (write.place() >= 0) {
                        putSafe(write.place(), write.bytes());
                    }
                }
            }
            case Change.Resize(long _, int size) -> {
                if (size < safeSize) {
                    Arrays.fill(safe, size, safeSize, (byte) 0);
                }
                safe = grown(safe, size);
                safeSize = size;
            }
            case Change.Flush _ -> {}
        }
    }

    private void put(Change.Write write) {
        putSafe(write.position(), write.bytes());
    }

    private void putSafe(int position, byte[] bytes) {
        safe = put(safe, position, bytes, bytes.length);
        safeSize = Math.max(safeSize, position + bytes.length);
    }

    private static byte[] put(byte[] array, int position, byte[] bytes, int length) {
        byte[] target = grown(array, position + length);
        System.arraycopy(bytes, 0, target, position, length);
        return target;
    }

    private static byte[] grown(byte[] array, int size) {
        return size <= array.length
                ? array
                : Arrays.copyOf(array, Math.max(size, array.length * 2));
    }
}
