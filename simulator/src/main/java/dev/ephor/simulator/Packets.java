package dev.ephor.simulator;

import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers for messages under way, and for what they look like under each renaming of the replicas.
final class Packets {
    private final LocalStates locals;
    private final List<Map<ReplicaId, ReplicaId>> renamings;
    private final List<Packet> packets = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private final Map<Packet, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> shapeNumbers = new HashMap<>();

    /// A message under way.
    record Packet(ReplicaId from, ReplicaId to, Message message) {
        int receiver() {
            return to.number() - 1;
        }
    }

    Packets(LocalStates locals, List<Map<ReplicaId, ReplicaId>> renamings) {
        this.locals = locals;
        this.renamings = renamings;
    }

    Packet get(int number) {
        return packets.get(number);
    }

    int shape(int number, int renaming) {
        return shapes.get(number)[renaming];
    }

    int number(Packet packet) {
        Integer known = numbers.get(packet);
        if (known != null) {
            return known;
        }
        int[] all = new int[renamings.size()];
        for (int i = 0; i < all.length; i++) {
            String shape = locals.digest(renamings.get(i), 0, 0).of(packet);
            all[i] = shapeNumbers.computeIfAbsent(shape, _ -> shapeNumbers.size());
        }
        packets.add(packet);
        shapes.add(all);
        numbers.put(packet, packets.size() - 1);
        return packets.size() - 1;
    }
}
