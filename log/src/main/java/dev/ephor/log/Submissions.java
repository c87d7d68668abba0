package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.SequenceNumber;
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
    private List<Input.Command> queued = new ArrayList<>();
    private final TreeMap<Long, CompletableFuture<R>> byTicket = new TreeMap<>();

    /// A replica that loses mastership and regains it may propose again at an instance where its
    /// earlier proposal is undecided still.
    private final TreeMap<Long, List<Proposal<R>>> byInstance = new TreeMap<>();

    private long lastTicket;

    /// What this replica proposed at an instance.
    private record Proposal<R>(SequenceNumber origin, List<CompletableFuture<R>> futures) {}

    void add(Bytes command, CompletableFuture<R> future) {
        byTicket.put(++lastTicket, future);
        queued.add(new Input.Command(lastTicket, command));
    }

    /// What was added since the last call.
    List<Input.Command> drain() {
        List<Input.Command> drained = queued;
        queued = new ArrayList<>();
        return drained;
    }

    void proposed(long instance, List<Long> tickets, SequenceNumber origin) {
        List<CompletableFuture<R>> futures = new ArrayList<>(tickets.size());
        for (long ticket : tickets) {
            futures.add(take(ticket));
        }
        byInstance
                .computeIfAbsent(instance, i -> new ArrayList<>(1))
                .add(new Proposal<>(origin, futures));
    }

    void refused(List<Long> tickets, LogException why) {
        for (long ticket : tickets) {
            take(ticket).completeExceptionally(why);
        }
    }

    private CompletableFuture<R> take(long ticket) {
        CompletableFuture<R> future = byTicket.remove(ticket);
        if (future == null) {
            throw new IllegalStateException("ticket " + ticket + " came back twice");
        }
        return future;
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
            for (int i = 0; i < proposal.futures().size(); i++) {
                if (chosen) {
                    proposal.futures().get(i).complete(results.get(i));
                } else {
                    proposal.futures()
                            .get(i)
                            .completeExceptionally(new NotChosenException(instance));
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

    /// Nothing more will be learned.
    void close() {
        List<CompletableFuture<R>> never = List.copyOf(byTicket.values());
        byTicket.clear();
        queued.clear();
        never.forEach(
                future -> future.completeExceptionally(new NotMasterException(Optional.empty())));
        List<List<Proposal<R>>> proposals = List.copyOf(byInstance.values());
        byInstance.clear();
        failAll(proposals, "the replica was closed");
    }

    private void failAll(List<List<Proposal<R>>> undecided, String why) {
        for (List<Proposal<R>> proposals : undecided) {
            for (Proposal<R> proposal : proposals) {
                proposal.futures()
                        .forEach(future ->
                                future.completeExceptionally(new OutcomeUnknownException(why)));
            }
        }
    }
}
