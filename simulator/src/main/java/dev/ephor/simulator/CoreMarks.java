package dev.ephor.simulator;

import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import org.jspecify.annotations.Nullable;

/// Tells from what cores say to each other that a rare thing happened.
final class CoreMarks {
    private final Marks marks;
    private final Epoch[] epochs;
    private SequenceNumber highestProposed = SequenceNumber.NONE;

    /// By coordinator: the last who told it of a number of his own, above the coordinator's.
    private final @Nullable Returned[] returned;

    /// Somebody stood for election where nobody heard him, or in vain, and comes back with a number
    /// that he has promised himself.
    ///
    /// @param own that number
    /// @param reign of the coordinator that he tells of it
    private record Returned(ReplicaId replica, SequenceNumber own, SequenceNumber reign) {}

    CoreMarks(Marks marks, int replicas) {
        this.returned = new @Nullable Returned[replicas];
        this.marks = marks;
        this.epochs = new Epoch[replicas];
        java.util.Arrays.fill(epochs, Epoch.NONE);
    }

    void received(CoreNode receiver, ReplicaId sender, Message message) {
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
            case Message.Reject reject -> {
                marks.reach(
                        reject.leased()
                                ? "rejected because of the lease"
                                : "rejected because of a promise");
                rejected(receiver, sender, reject);
            }
            case Message.Release _ -> marks.reach("lease released");
            case Message.CatchUp _ -> marks.reach("catch-up asked for");
            case Message.Chosen chosen -> {
                if (!chosen.values().isEmpty()) {
                    marks.reach("catch-up answered");
                }
            }
            case Message.Acknowledge(SequenceNumber sequence, long _) ->
                    follows(receiver, sender, sequence);
            case Message.Grant(SequenceNumber sequence, long _, long _, long _) ->
                    follows(receiver, sender, sequence);
            case Message.SnapshotAvailable _, Message.TakeOver _ -> {}
        }
    }

    private void rejected(CoreNode master, ReplicaId sender, Message.Reject reject) {
        SequenceNumber own = reject.promised();
        if (!reject.leased()
                && master.reigns()
                && own.replica().equals(sender)
                && own.isAbove(reject.sequence())
                && reject.sequence().replica().equals(master.id())) {
            returned[master.index] = new Returned(sender, own, master.reign());
        }
    }

    /// The one who had come back follows the same reign, in the same epoch, under a number above
    /// his own.
    private void follows(CoreNode master, ReplicaId sender, SequenceNumber sequence) {
        Returned back = returned[master.index];
        if (back != null
                && back.replica().equals(sender)
                && sequence.isAbove(back.own())
                && sequence.replica().equals(master.id())
                && master.reigns()
                && back.reign().equals(master.reign())) {
            returned[master.index] = null;
            marks.reach(
                    "the master raised its number over a returning replica's and its reign went on");
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
