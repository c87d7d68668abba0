package dev.ephor.log;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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
        TreeMap<ReplicaId, Long> sums =
                reports.computeIfAbsent(instance, started -> new TreeMap<>());
        sums.put(from, checksum);
        if (reports.size() > INSTANCES && reports.pollFirstEntry().getKey() == instance) {
            return List.of();
        }
        OptionalLong agreed = agreed(sums, members);
        if (agreed.isEmpty()) {
            return List.of();
        }
        List<Divergence> odd = new ArrayList<>();
        sums.forEach((replica, sum) -> {
            if (sum != agreed.getAsLong() && told.add(replica)) {
                odd.add(new Divergence(replica, instance, sum, agreed.getAsLong()));
            }
        });
        return odd;
    }

    boolean isSelf(Divergence divergence) {
        return divergence.odd().equals(self);
    }

    /// What a majority of the voters has. Called for every report: nothing is made for it.
    private static OptionalLong agreed(TreeMap<ReplicaId, Long> sums, Membership members) {
        for (long sum : sums.values()) {
            int votes = 0;
            for (Map.Entry<ReplicaId, Long> report : sums.entrySet()) {
                boolean same = report.getValue() == sum;
                votes += same && members.isVoter(report.getKey()) ? 1 : 0;
            }
            if (votes >= members.majority()) {
                return OptionalLong.of(sum);
            }
        }
        return OptionalLong.empty();
    }
}
