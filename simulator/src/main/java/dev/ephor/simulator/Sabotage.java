package dev.ephor.simulator;

import dev.ephor.log.Disk;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;

/// What calls are redirected to by planted bugs. Public, because the rewritten classes are in other
/// packages.
public final class Sabotage {
    private Sabotage() {}

    /// One voter less than a majority, but one at least.
    public static int minority(Membership membership) {
        return Math.max(1, membership.majority() - 1);
    }

    /// Whoever there is, is enough.
    public static boolean anybody(Membership membership, Collection<ReplicaId> replicas) {
        return !replicas.isEmpty();
    }

    /// A flush that failed is made again, as if the second could know of what the first lost.
    public static void flushAgain(Disk.DiskFile file) throws IOException {
        try {
            file.flush();
        } catch (IOException failed) {
            file.flush();
        }
    }

    /// The checksum that a record has is the one that it should have.
    public static int storedCrc(ByteBuffer content, int index, int length) {
        return content.getInt(index + 5);
    }
}
