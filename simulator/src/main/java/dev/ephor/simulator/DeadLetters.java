package dev.ephor.simulator;

import dev.ephor.paxos.Message;
import dev.ephor.simulator.LocalStates.Event;
import dev.ephor.simulator.LocalStates.Result;
import java.util.Arrays;

/// Messages under way that can have no effect any more, whatever happens: states that differ only
/// in them are one for [Explorer].
final class DeadLetters {
    private final Bounds bounds;
    private final LocalStates locals;
    private final Packets packets;

    DeadLetters(Bounds bounds, LocalStates locals, Packets packets) {
        this.bounds = bounds;
        this.locals = locals;
        this.packets = packets;
    }

    /// The same state of the cell without them.
    int[] without(int[] state) {
        int count = Explorer.LOCALS + bounds.replicas();
        int[] tidied = state.clone();
        for (int at = count; at < state.length; at++) {
            if (!isDead(state, state[at])) {
                tidied[count++] = state[at];
            }
        }
        return count == state.length ? state : Arrays.copyOf(tidied, count);
    }

    /// True for answers that have no effect now, because what they count only rises. And where
    /// nobody will stand any more, a `Reject` can only keep a candidate from winning, who could as
    /// well hear nothing; so what is answered by nothing but a `Reject`, because a higher number is
    /// promised, has no effect either, and never will.
    private boolean isDead(int[] state, int packet) {
        boolean last = state[Explorer.ELECTIONS] == bounds.elections();
        Message message = packets.get(packet).message();
        boolean mayBe =
                switch (message) {
                    case Message.Acknowledge _, Message.Grant _ -> true;
                    case Message.Promise promise ->
                            promise.chosenUpTo() == 0 || bounds.crashes() == 0;
                    case Message.Reject reject ->
                            mayBeDead(reject) && (last || bounds.crashes() == 0);
                    case Message.Propose _, Message.Accept _ -> last && bounds.crashes() == 0;
                    case Message.Release _,
                            Message.TakeOver _,
                            Message.CatchUp _,
                            Message.Chosen _,
                            Message.SnapshotAvailable _ ->
                            false;
                };
        if (!mayBe) {
            return false;
        }
        if (last && message instanceof Message.Reject) {
            return true;
        }
        int receiver = packets.get(packet).receiver();
        LocalState local = locals.get(state[Explorer.LOCALS + receiver]);
        Event event = new Event.Receive(packets.get(packet).from(), message);
        Result result = locals.move(local, event, LocalStates.number(event, packet), 0, false);
        boolean refused =
                last
                        && result.sent().stream()
                                .allMatch(sent ->
                                        sent.message() instanceof Message.Reject reject
                                                && !reject.leased());
        return result.next().id() == local.id() && (result.sent().isEmpty() || refused);
    }

    /// Who is bound by a lease that was handed over is asked again with the next tick.
    private boolean mayBeDead(Message.Reject reject) {
        return !reject.leased() || bounds.ticks() == 0;
    }
}
