package dev.ephor.log;

import java.util.ArrayDeque;

/// Notices that a master's own disk is much slower than the others': again and again values are
/// chosen, by the others' acknowledgements, well before the master has flushed them itself. Such a
/// master serves, but the cell stands on one disk less, and what waits for the slow one piles up;
/// it should hand over (PML §5.2, "slow is not dead").
///
/// A disk that is slow where all are, because the machines have much to do, is not overtaken.
/// Confined to the loop.
final class DiskHealth {
    /// A flush that takes less is never slow.
    private static final long SLOW = 100_000_000L;

    /// Slow for so long without a break is slow.
    private static final long PATIENCE = 3_000_000_000L;

    private final ArrayDeque<Asked> pending = new ArrayDeque<>();
    private boolean slow;
    private long slowSince;

    /// Something was given to the disk.
    ///
    /// @param last the last instance that has its value in it; 0 where none has
    private record Asked(long ticket, long last, long at) {}

    /// The disk was asked to flush.
    void asked(long ticket, long last, long now) {
        pending.add(new Asked(ticket, last, now));
    }

    /// The disk has flushed everything up to this ticket.
    ///
    /// @param chosenUpTo what is chosen by now, without this flush
    void flushed(long ticket, long chosenUpTo, long now) {
        while (!pending.isEmpty() && pending.getFirst().ticket() <= ticket) {
            Asked done = pending.removeFirst();
            if (done.last() > 0) {
                judge(done, chosenUpTo, now);
            }
        }
    }

    /// It has been slow for some seconds, and still is.
    boolean isSlow(long chosenUpTo, long now) {
        Asked oldest = pending.peekFirst();
        if (oldest != null && oldest.last() > 0 && isOvertaken(oldest, chosenUpTo, now)) {
            slowFrom(oldest.at());
        }
        return slow && now - slowSince >= PATIENCE;
    }

    /// Another reign: what was is of no interest.
    void forget() {
        slow = false;
    }

    private void judge(Asked done, long chosenUpTo, long now) {
        if (isOvertaken(done, chosenUpTo, now)) {
            slowFrom(done.at());
        } else {
            slow = false;
        }
    }

    private static boolean isOvertaken(Asked asked, long chosenUpTo, long now) {
        return asked.last() <= chosenUpTo && now - asked.at() >= SLOW;
    }

    private void slowFrom(long at) {
        if (!slow) {
            slow = true;
            slowSince = at;
        }
    }
}
