package dev.ephor.log;

import dev.ephor.paxos.Message;
import dev.ephor.paxos.Replica;
import java.util.concurrent.atomic.AtomicLong;

/// What waits in this replica's memory, and whether there is room for more: commands whose outcome
/// is not known, and records for a disk that is slower than the network. Both are bounded, whatever
/// the other replicas do: a submitter is refused, another replica is not answered and sends again.
/// Thread-safe.
final class MemoryUse {
    /// What a command costs beside its bytes.
    private static final int OVERHEAD = 512;

    private final long mostPending;
    private final long mostBacklog;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong backlog = new AtomicLong();

    MemoryUse(LogSettings settings) {
        this.mostPending = settings.pendingBytes();
        this.mostBacklog = settings.backlogBytes();
    }

    /// A command was submitted. False, and nothing is counted, where there is no room for it; alone
    /// any command has room.
    boolean admit(int bytes) {
        if (isBehind()) {
            return false;
        }
        long cost = (long) bytes + OVERHEAD;
        long together = pending.addAndGet(cost);
        if (together > mostPending && together > cost) {
            pending.addAndGet(-cost);
            return false;
        }
        return true;
    }

    /// The outcome of a command is known.
    void settled(int bytes) {
        pending.addAndGet(-((long) bytes + OVERHEAD));
    }

    /// Records wait for the disk.
    void toBeWritten(long bytes) {
        backlog.addAndGet(bytes);
    }

    /// Records are on the disk.
    void written(long bytes) {
        backlog.addAndGet(-bytes);
    }

    /// Bytes that wait for the disk.
    long backlog() {
        return backlog.get();
    }

    /// False where a frame brings values that there is no room for: it goes by as if it had been
    /// lost, and whoever sent it sends it again. A replica that misses what is chosen (it fetches a
    /// snapshot, say) may accept more and more above that; what it holds already, and what may
    /// close the gap, it takes always, or nothing would ever be decided.
    boolean hasRoomFor(Frame frame, Replica core) {
        return !(frame instanceof Frame.Paxos(Message message))
                || switch (message) {
                    case Message.Chosen chosen -> chosen.values().isEmpty() || !isBehind();
                    case Message.Accept accept ->
                            accept.values().isEmpty()
                                    || !isBehind()
                                            && (accept.first() <= core.lastHeld()
                                                    || core.undecidedBytes() <= mostBacklog);
                    case Message.Propose ignored -> true;
                    case Message.Promise ignored -> true;
                    case Message.Acknowledge ignored -> true;
                    case Message.Grant ignored -> true;
                    case Message.Reject ignored -> true;
                    case Message.Release ignored -> true;
                    case Message.TakeOver ignored -> true;
                    case Message.CatchUp ignored -> true;
                    case Message.SnapshotAvailable ignored -> true;
                };
    }

    /// Too much waits for the disk: nothing should be added.
    private boolean isBehind() {
        return backlog.get() > mostBacklog;
    }
}
