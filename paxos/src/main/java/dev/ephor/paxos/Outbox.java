package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Collects the effects of one step, in order.
final class Outbox {
    private List<Effect> effects = new ArrayList<>();
    private long lastTicket;

    void add(Effect effect) {
        effects.add(effect);
    }

    void send(ReplicaId to, Message message) {
        effects.add(new Effect.Send(to, message));
    }

    void broadcast(Collection<ReplicaId> to, Message message) {
        if (!to.isEmpty()) {
            effects.add(new Effect.Broadcast(List.copyOf(to), message));
        }
    }

    /// Writes records whose loss would break a promise; returns the ticket that comes back once
    /// they are on disk.
    long persist(List<Record> records, List<Effect.Send> then) {
        effects.add(new Effect.Persist(++lastTicket, records, then, true));
        return lastTicket;
    }

    /// Writes a record that may get lost.
    void note(Record record) {
        effects.add(new Effect.Persist(++lastTicket, List.of(record), List.of(), false));
    }

    /// The effects so far; the outbox is empty afterwards.
    List<Effect> drain() {
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }
}
