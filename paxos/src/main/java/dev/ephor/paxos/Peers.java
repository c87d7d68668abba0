package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// What a coordinator knows of all other members, and what a majority of voters amounts to.
final class Peers {
    private final ReplicaId self;
    private final TreeMap<ReplicaId, Peer> peers = new TreeMap<>();

    Peers(ReplicaId self) {
        this.self = self;
    }

    Optional<Peer> get(ReplicaId id) {
        return Optional.ofNullable(peers.get(id));
    }

    Collection<Peer> all() {
        return peers.values();
    }

    List<ReplicaId> ids() {
        return List.copyOf(peers.keySet());
    }

    /// Takes those members in that are not known yet.
    ///
    /// @param before their prefix is counted from the instance after this one
    void add(Membership members, long before, long now) {
        for (ReplicaId id : members.everybody()) {
            if (!id.equals(self)) {
                peers.computeIfAbsent(id, added -> new Peer(added, before, now));
            }
        }
    }

    /// Lets go of everybody who is no member.
    void retain(Membership members) {
        peers.keySet().removeIf(id -> !members.isMember(id));
    }

    /// How far a majority of the voters has acknowledged.
    ///
    /// @param own the coordinator's own durable prefix
    long agreed(Membership members, long own) {
        return reachedBy(members.majority(), values(members, own, Peer::acknowledged));
    }

    /// Since when, at least, a majority of the voters grants the lease; [Long#MIN_VALUE] where none
    /// does.
    ///
    /// @param own the coordinator's own newest heartbeat
    long grantedAt(Membership members, long own) {
        return reachedBy(members.majority(), values(members, own, Peer::grantedAt));
    }

    /// One number for each voter; voters that nothing is known of have the least.
    private long[] values(Membership members, long own, ToLongFunction<Peer> of) {
        long[] values = new long[members.voters().size()];
        int next = 0;
        for (ReplicaId voter : members.voters()) {
            Peer peer = peers.get(voter);
            long known = peer == null ? Long.MIN_VALUE : of.applyAsLong(peer);
            values[next++] = voter.equals(self) ? own : known;
        }
        return values;
    }

    /// The highest number that so many reach.
    private static long reachedBy(int count, long[] values) {
        Arrays.sort(values);
        return values[values.length - count];
    }

    /// True where a change to `next` would find the new voters ready: a majority of them follows,
    /// and everybody who did not vote before.
    boolean areReadyFor(Membership next, Membership present, Position position) {
        List<ReplicaId> following =
                next.voters().stream()
                        .filter(voter ->
                                voter.equals(self)
                                        || get(voter).filter(position::isFollowedBy).isPresent())
                        .toList();
        return next.isMajority(following)
                && next.voters().stream()
                        .allMatch(voter -> present.isVoter(voter) || following.contains(voter));
    }

    /// Where a coordinator is, by which others are judged to follow it closely or not.
    ///
    /// @param base the coordinator's first instance
    /// @param acknowledged the least acknowledged prefix of one who follows closely
    /// @param grantedAfter a grant of an earlier heartbeat has run out
    record Position(long base, long acknowledged, long grantedAfter) {
        boolean isFollowedBy(Peer peer) {
            return peer.grantedAt() > grantedAfter
                    && peer.acknowledged() >= acknowledged
                    && peer.chosenUpTo() >= base - 1;
        }
    }

    /// Who can be coordinator the soonest: of the voters whose grant runs, the one that has the
    /// most.
    Optional<ReplicaId> furthest(Membership members, Position position) {
        return peers.values().stream()
                .filter(peer ->
                        members.isVoter(peer.id()) && peer.grantedAt() > position.grantedAfter())
                .max(
                        Comparator.comparingLong(Peer::acknowledged)
                                .thenComparingLong(Peer::grantedAt))
                .map(Peer::id);
    }

    /// Who is to be sent more, by the first instance that it is to be sent.
    ///
    /// @param next the coordinator's next free instance
    /// @param evictedUpTo values up to here left memory, so they are chosen: who misses those gets
    ///   them by catch-up
    SortedMap<Long, List<Peer>> waitingFor(long next, long evictedUpTo, int window) {
        TreeMap<Long, List<Peer>> byFirst = new TreeMap<>();
        for (Peer peer : peers.values()) {
            if (peer.sent() < next - 1
                    && peer.sent() >= evictedUpTo
                    && !(peer.isProbed() && peer.sent() > peer.acknowledged())
                    && peer.sent() - peer.acknowledged() < 2L * window) {
                byFirst.computeIfAbsent(peer.sent() + 1, first -> new ArrayList<>()).add(peer);
            }
        }
        return byFirst;
    }

    /// How far each said that it knows values to be chosen.
    Map<ReplicaId, Long> chosen() {
        TreeMap<ReplicaId, Long> chosen = new TreeMap<>();
        peers.forEach((id, peer) -> chosen.put(id, peer.chosenUpTo()));
        return chosen;
    }

    Map<ReplicaId, PeerStatus> status(Position position) {
        TreeMap<ReplicaId, PeerStatus> status = new TreeMap<>();
        peers.forEach((id, peer) ->
                status.put(
                        id,
                        new PeerStatus(
                                peer.acknowledged(),
                                peer.chosenUpTo(),
                                peer.grantedAt(),
                                position.isFollowedBy(peer))));
        return status;
    }
}
