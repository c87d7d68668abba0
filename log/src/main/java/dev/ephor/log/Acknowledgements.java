package dev.ephor.log;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import java.util.ArrayList;
import java.util.List;

/// What leaves after a flush. An acknowledgement is the number of a prefix (PROTOCOL.md S4), so of
/// several that one flush sets free for one coordinator under one sequence number the last says
/// everything: the others, which it follows at once, stay here. All other messages leave in order.
final class Acknowledgements {
    private Acknowledgements() {}

    private record Ours(ReplicaId to, SequenceNumber sequence) {}

    static List<Effect.Send> afterFlush(List<Effect.Persist> persisted) {
        if (persisted.size() == 1) {
            return persisted.getFirst().then();
        }
        List<Effect.Send> backwards = new ArrayList<>();
        List<Ours> said = new ArrayList<>();
        for (Effect.Persist persist : persisted.reversed()) {
            for (Effect.Send send : persist.then().reversed()) {
                if (send.message() instanceof Message.Acknowledge acknowledge) {
                    Ours one = new Ours(send.to(), acknowledge.sequence());
                    if (said.contains(one)) {
                        continue;
                    }
                    said.add(one);
                }
                backwards.add(send);
            }
        }
        return backwards.reversed();
    }
}
