package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Slow is not dead: a master whose disk is slow goes on with the others' acknowledgements. But
/// where its disk stays slow, and theirs are not, one of them is the better master. Compares how
/// long this replica's flushes take with how long the others take to acknowledge. Confined to the
/// loop.
final class SlowDisk {
    /// So many times slower than the others.
    private static final int FACTOR = 10;

    /// No disk is slow that takes less than this.
    private static final long LEAST = 50_000_000L;

    private static final long STAYS = 3_000_000_000L;
    private static final long FRESH = 3_000_000_000L;
    private static final long NOT_AGAIN = 30_000_000_000L;
    private static final int SMOOTHING = 4;

    private final Environment environment;
    private final ReplicaView view;
    private final TreeMap<ReplicaId, Peer> peers = new TreeMap<>();

    /// Since when it is slow; null where it is not.
    private @Nullable Long slowSince;

    private @Nullable Long handedOverAt;

    /// How long another replica takes to acknowledge.
    private static final class Peer {
        /// The value that is timed; 0 for none.
        long instance;

        long sentAt;
        long average;
        long answeredAt;
    }

    SlowDisk(Environment environment, ReplicaView view) {
        this.environment = environment;
        this.view = view;
    }

    /// A message leaves for these replicas.
    void sent(Collection<ReplicaId> to, Message message) {
        if (!(message instanceof Message.Accept accept) || accept.values().isEmpty()) {
            return;
        }
        for (ReplicaId each : to) {
            Peer peer = peers.computeIfAbsent(each, id -> new Peer());
            if (peer.instance == 0) {
                peer.instance = accept.first() + accept.values().size() - 1;
                peer.sentAt = environment.nanoTime();
            }
        }
    }

    void received(ReplicaId from, Message message) {
        Peer peer = peers.get(from);
        if (peer != null
                && peer.instance > 0
                && message instanceof Message.Acknowledge acknowledge
                && acknowledge.upTo() >= peer.instance) {
            peer.answeredAt = environment.nanoTime();
            long took = Math.max(1, peer.answeredAt - peer.sentAt);
            if (took <= FRESH) {
                peer.average =
                        peer.average == 0 ? took : peer.average + (took - peer.average) / SMOOTHING;
            }
            peer.instance = 0;
        }
    }

    /// Why another replica should be master, if one should.
    ///
    /// @param own how long this replica's flushes take
    Optional<String> judge(long now, long own) {
        if (!view.isMaster()) {
            // What was measured is of no use later.
            peers.clear();
            slowSince = null;
            return Optional.empty();
        }
        Membership membership = view.members();
        List<Long> others = new ArrayList<>();
        for (ReplicaId voter : membership.voters()) {
            Peer peer = peers.get(voter);
            if (peer != null && peer.average > 0 && now - peer.answeredAt <= FRESH) {
                others.add(peer.average);
            }
        }
        Collections.sort(others);
        // Without this replica they must be enough, or a slow disk decides all the same.
        boolean slow =
                others.size() >= membership.majority()
                        && own >= LEAST
                        && own >= FACTOR * others.get(others.size() / 2);
        if (!slow || !membership.isVoter(view.self())) {
            slowSince = null;
            return Optional.empty();
        }
        Long since = slowSince;
        if (since == null) {
            slowSince = now;
            return Optional.empty();
        }
        if (now - since < STAYS || handedOverAt != null && now - handedOverAt < NOT_AGAIN) {
            return Optional.empty();
        }
        handedOverAt = now;
        return Optional.of(
                "its disk is slow: a flush takes "
                        + own / 1_000_000
                        + " ms, while the others acknowledge within "
                        + others.get(others.size() / 2) / 1_000_000
                        + " ms");
    }
}
