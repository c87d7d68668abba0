package dev.ephor.simulator;

import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The ways to rename replicas that make no difference. Names are compared only as a part of
/// sequence numbers, so whoever never stands for election could as well have another's name.
final class Renamings {
    private Renamings() {}

    /// Every permutation of the replicas that are alike; the first one changes nothing.
    static List<Map<ReplicaId, ReplicaId>> of(List<ReplicaId> alike) {
        List<Map<ReplicaId, ReplicaId>> renamings = new ArrayList<>();
        for (List<ReplicaId> order : orders(alike)) {
            Map<ReplicaId, ReplicaId> renaming = new TreeMap<>();
            for (int i = 0; i < alike.size(); i++) {
                renaming.put(alike.get(i), order.get(i));
            }
            renamings.add(renaming);
        }
        return renamings;
    }

    private static List<List<ReplicaId>> orders(List<ReplicaId> replicas) {
        if (replicas.isEmpty()) {
            return List.of(List.of());
        }
        List<List<ReplicaId>> orders = new ArrayList<>();
        for (ReplicaId first : replicas) {
            List<ReplicaId> rest = new ArrayList<>(replicas);
            rest.remove(first);
            for (List<ReplicaId> order : orders(rest)) {
                List<ReplicaId> whole = new ArrayList<>(List.of(first));
                whole.addAll(order);
                orders.add(whole);
            }
        }
        return orders;
    }
}
