package dev.ephor.paxos;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// Short names for what unit tests are made of.
final class Given {
    static final ReplicaId ONE = ReplicaId.of(1);
    static final ReplicaId TWO = ReplicaId.of(2);
    static final ReplicaId THREE = ReplicaId.of(3);
    static final Membership MEMBERS = Membership.of(ONE, TWO, THREE);

    private Given() {}

    static SequenceNumber number(long round, int replica) {
        return new SequenceNumber(round, ReplicaId.of(replica));
    }

    /// A value of the first mastership.
    static Value value(String... commands) {
        return new Value.Commands(number(1, 1), Arrays.stream(commands).map(Bytes::utf8).toList());
    }

    static Entry entry(long instance, SequenceNumber sequence, String command) {
        return new Entry(instance, sequence, value(command));
    }

    /// What a disk gives back that holds these entries, the first of them chosen.
    static Recovered recovered(long chosenUpTo, Entry... entries) {
        TreeMap<Long, Entry> held = new TreeMap<>();
        SequenceNumber promised = SequenceNumber.NONE;
        for (Entry entry : entries) {
            held.put(entry.instance(), entry);
            promised = entry.sequence().isAbove(promised) ? entry.sequence() : promised;
        }
        return new Recovered(0, MEMBERS, promised, held, chosenUpTo, false);
    }

    /// Limits in bytes of a value's commands, and of the tail.
    static Settings settings(int batchBytes, int tailEntries, int tailBytes) {
        Settings d = Settings.DEFAULT;
        return new Settings(
                d.lease(),
                d.driftDivisor(),
                d.heartbeat(),
                d.backoff(),
                d.attempt(),
                d.retransmit(),
                d.window(),
                batchBytes,
                d.queueBytes(),
                tailEntries,
                tailBytes);
    }

    /// A window in instances, and room for commands that wait for it; four bytes a value.
    static Settings settings(int window, int queueBytes) {
        Settings d = Settings.DEFAULT;
        return new Settings(
                d.lease(),
                d.driftDivisor(),
                d.heartbeat(),
                d.backoff(),
                d.attempt(),
                d.retransmit(),
                window,
                4,
                queueBytes,
                d.tailEntries(),
                d.tailBytes());
    }

    static Ledger ledger(Recovered recovered) {
        return new Ledger(Settings.DEFAULT, recovered);
    }

    /// The learned instances among the effects.
    static List<Long> learned(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Learn.class::isInstance)
                .map(effect -> ((Effect.Learn) effect).instance())
                .toList();
    }
}
