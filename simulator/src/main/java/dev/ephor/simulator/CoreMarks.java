package dev.ephor.simulator;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;

/// Tells from what cores say to each other that a rare thing happened.
final class CoreMarks {
    private final Marks marks;
    private final Epoch[] epochs;
    private SequenceNumber highestProposed = SequenceNumber.NONE;

    CoreMarks(Marks marks, int replicas) {
        this.marks = marks;
        this.epochs = new Epoch[replicas];
        java.util.Arrays.fill(epochs, Epoch.NONE);
    }

    void received(Machine receiver, Message message) {
        switch (message) {
            case Message.Propose propose -> {
                SequenceNumber sequence = propose.sequence();
                if (highestProposed.round() == sequence.round()
                        && !highestProposed.equals(sequence)) {
                    marks.reach("duel: two proposes of one round");
                }
                highestProposed = sequence.isAbove(highestProposed) ? sequence : highestProposed;
            }
            case Message.Promise promise -> {
                if (!promise.accepted().isEmpty()) {
                    marks.reach("promise carries values");
                }
            }
            case Message.Accept accept -> accept(accept);
            case Message.Reject reject ->
                    marks.reach(
                            reject.leased()
                                    ? "rejected because of the lease"
                                    : "rejected because of a promise");
            case Message.Release _ -> marks.reach("lease released");
            case Message.CatchUp _ -> marks.reach("catch-up asked for");
            case Message.Chosen chosen -> {
                if (!chosen.values().isEmpty()) {
                    marks.reach("catch-up answered");
                }
            }
            case Message.SnapshotAvailable _, Message.Acknowledge _ -> {}
            case Message.Grant _, Message.TakeOver _ -> {}
        }
    }

    private void accept(Message.Accept accept) {
        for (Value value : accept.values()) {
            if (value instanceof Value.NoOp) {
                marks.reach("gap closed by a no-op");
            }
            if (!value.origin().equals(accept.sequence())) {
                marks.reach("value of an earlier coordinator proposed again");
            }
        }
    }

    void learned(CoreNode node, Value value) {
        learned(node.index, node.id(), node.applied(), value);
    }

    private void learned(int index, ReplicaId id, long instance, Value value) {
        Epoch before = epochs[index];
        Epoch after = before.after(instance, value);
        epochs[index] = after;
        if (after.owner().isNone() && !before.owner().isNone()) {
            marks.reach("epoch ended by a value of another origin");
        }
        boolean takesEffect = value.origin().equals(after.owner());
        if (value instanceof Value.Commands && !takesEffect) {
            marks.reach("command chosen without effect");
        }
        if (value instanceof Value.EpochStart start && start.origin().replica().equals(id)) {
            marks.reach("mastership begins");
        }
    }
}
