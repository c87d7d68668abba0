package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Compares the checksums that replicas have at equal instances (PML §6.2). Judges only by a
/// majority: where that many voters agree, whoever has another one is wrong.
final class ChecksumAudit {
    private static final int INSTANCES = 64;

    private final ReplicaId self;
    private final TreeMap<Long, TreeMap<ReplicaId, Long>> reports = new TreeMap<>();
    private final TreeSet<ReplicaId> told = new TreeSet<>();

    /// A replica whose state is not that of the majority.
    ///
    /// @param odd which replica
    /// @param instance where it was seen
    /// @param checksum what it has there
    /// @param expected what the majority has
    record Divergence(ReplicaId odd, long instance, long checksum, long expected) {}

    ChecksumAudit(ReplicaId self) {
        this.self = self;
    }

    /// Takes a report in, this replica's own or another's; tells of each odd replica once.
    List<Divergence> report(ReplicaId from, long instance, long checksum, Membership members) {
        reports.computeIfAbsent(instance, i -> new TreeMap<>()).put(from, checksum);
        if (reports.size() > INSTANCES) {
            reports.pollFirstEntry();
        }
        Map<ReplicaId, Long> sums = reports.getOrDefault(instance, new TreeMap<>());
        Optional<Long> agreed = agreed(sums, members);
        List<Divergence> odd = new ArrayList<>();
        if (agreed.isPresent()) {
            sums.forEach((replica, sum) -> {
                if (!sum.equals(agreed.get()) && told.add(replica)) {
                    odd.add(new Divergence(replica, instance, sum, agreed.get()));
                }
            });
        }
        return odd;
    }

    boolean isSelf(Divergence divergence) {
        return divergence.odd().equals(self);
    }

    private static Optional<Long> agreed(Map<ReplicaId, Long> sums, Membership members) {
        TreeMap<Long, Integer> votes = new TreeMap<>();
        sums.forEach((replica, sum) -> {
            if (members.isVoter(replica)) {
                votes.merge(sum, 1, Integer::sum);
            }
        });
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() >= members.majority())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
