package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Settings;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Commands on their way, and who waits for them: first under a ticket, then, once proposed, under
/// their instance. Confined to the loop.
final class Submissions<R> {
    private final MemoryUse memory;
    private List<Input.Command> queued = new ArrayList<>();
    private final TreeMap<Long, Pending<R>> byTicket = new TreeMap<>();

    /// A replica that loses mastership and regains it may propose again at an instance where its
    /// earlier proposal is undecided still.
    private final TreeMap<Long, List<Proposal<R>>> byInstance = new TreeMap<>();

    private long lastTicket;

    /// After so many ticks without news what was proposed is given up.
    private final long patience;

    private long ticksWithoutNews;

    /// What this replica proposed at an instance.
    private record Proposal<R>(SequenceNumber origin, List<Pending<R>> commands) {}

    /// A command whose outcome is not known.
    private record Pending<R>(CompletableFuture<R> future, int bytes) {}

    Submissions(MemoryUse memory, Settings settings) {
        this.memory = memory;
        this.patience = 2 * settings.lease() / settings.tick();
    }

    /// Takes a command that was admitted.
    void add(Bytes command, CompletableFuture<R> future) {
        byTicket.put(++lastTicket, new Pending<>(future, command.length()));
        queued.add(new Input.Command(lastTicket, command));
    }

    /// What was added since the last call.
    List<Input.Command> drain() {
        List<Input.Command> drained = queued;
        queued = new ArrayList<>();
        return drained;
    }

    void proposed(long instance, List<Long> tickets, SequenceNumber origin) {
        List<Pending<R>> commands = new ArrayList<>(tickets.size());
        for (long ticket : tickets) {
            commands.add(take(ticket));
        }
        byInstance
                .computeIfAbsent(instance, i -> new ArrayList<>(1))
                .add(new Proposal<>(origin, commands));
    }

    /// @param notMaster why, where this replica is not coordinator
    void refused(Effect.Refused refused, LogException notMaster) {
        LogException why =
                switch (refused.reason()) {
                    case NOT_COORDINATOR -> notMaster;
                    case OVERLOADED -> new OverloadedException();
                    case NOT_READY, CHANGE_IN_PROGRESS, MEMBERS_CHANGED ->
                            throw new IllegalStateException("a command is no change of members");
                };
        for (long ticket : refused.tickets()) {
            fail(take(ticket), why);
        }
    }

    private Pending<R> take(long ticket) {
        Pending<R> pending = byTicket.remove(ticket);
        if (pending == null) {
            throw new IllegalStateException("ticket " + ticket + " came back twice");
        }
        return pending;
    }

    /// There is room for another one before the submitter hears of it.
    private void fail(Pending<R> pending, LogException why) {
        memory.settled(pending.bytes());
        pending.future().completeExceptionally(why);
    }

    /// The value of an instance was learned and applied.
    ///
    /// @param results of its commands, in order
    void decided(long instance, Value value, List<R> results) {
        List<Proposal<R>> proposals = byInstance.remove(instance);
        if (proposals == null) {
            return;
        }
        for (Proposal<R> proposal : proposals) {
            // One origin proposes one value at an instance, so this is the very value.
            boolean chosen =
                    value instanceof Value.Commands && value.origin().equals(proposal.origin());
            for (int i = 0; i < proposal.commands().size(); i++) {
                Pending<R> pending = proposal.commands().get(i);
                if (chosen) {
                    memory.settled(pending.bytes());
                    pending.future().complete(results.get(i));
                } else {
                    fail(pending, new NotChosenException(instance));
                }
            }
        }
    }

    /// A snapshot covers everything up to the instance: what became of proposals there it does not
    /// say.
    void covered(long instance) {
        SortedMap<Long, List<Proposal<R>>> covered = byInstance.headMap(instance + 1);
        List<List<Proposal<R>>> proposals = List.copyOf(covered.values());
        covered.clear();
        failAll(proposals, "a snapshot was installed over instance " + instance);
    }

    /// Some of what a former coordinator proposed may be decided much later, or never: the others
    /// do not know of it, and come to its instances when they have something to propose. So who
    /// follows another coordinator, and knows all that is chosen, gives up what is not for long:
    /// whether it will be is open. So does who is no member any more, at once: nobody tells it.
    /// (Ticks are counted, not time: who was paused must hear first what came meanwhile.)
    void tick(boolean follows, boolean removed) {
        ticksWithoutNews = follows ? ticksWithoutNews + 1 : 0;
        if (byInstance.isEmpty()) {
            return;
        }
        if (removed) {
            failProposed("this replica was removed from the cell before it heard of it");
        } else if (ticksWithoutNews > patience) {
            failProposed("another replica is coordinator now, and nothing was chosen there yet");
        }
    }

    /// Nothing more will be learned.
    void close() {
        List<Pending<R>> never = List.copyOf(byTicket.values());
        byTicket.clear();
        queued.clear();
        never.forEach(pending -> fail(pending, new NotMasterException(Optional.empty())));
        failProposed("the replica was closed");
    }

    private void failProposed(String why) {
        List<List<Proposal<R>>> proposals = List.copyOf(byInstance.values());
        byInstance.clear();
        failAll(proposals, why);
    }

    private void failAll(List<List<Proposal<R>>> undecided, String why) {
        for (List<Proposal<R>> proposals : undecided) {
            for (Proposal<R> proposal : proposals) {
                proposal.commands()
                        .forEach(pending -> fail(pending, new OutcomeUnknownException(why)));
            }
        }
    }
}
