package dev.ephor.simulator;

import dev.ephor.log.Disk;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;

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

    /// A propose does not wait for the disk as it should.
    public static boolean proposeAtOnce(List<Effect> effects, Object effect) {
        if (effect instanceof Effect.Persist persist
                && persist.then().stream()
                        .anyMatch(send -> send.message() instanceof Message.Propose)) {
            effects.addAll(persist.then());
            return effects.add(
                    new Effect.Persist(
                            persist.ticket(), persist.records(), List.of(), persist.flush()));
        }
        return effects.add((Effect) effect);
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
