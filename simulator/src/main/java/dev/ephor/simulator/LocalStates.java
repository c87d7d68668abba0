package dev.ephor.simulator;

import dev.ephor.paxos.Effect;
import dev.ephor.paxos.InvariantViolation;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Every state that a single replica gets into, and what each event makes of it. There are few of
/// them, compared with those of the cell, so each step of the core is made once and remembered.
final class LocalStates {
    /// A step of coarse time: every lease that was granted before it is over after it.
    static final long STEP = 1_200;

    private final Map<Class<?>, List<Field>> fields = new HashMap<>();
    private final Membership membership;
    private final List<Map<ReplicaId, ReplicaId>> renamings;
    private final Map<String, LocalState> states = new HashMap<>();
    private final List<LocalState> byId = new ArrayList<>();
    private final Map<Set<LocalState.Vote>, Integer> voteSets = new HashMap<>();
    private final Map<String, Integer> shapes = new HashMap<>();
    private final Map<Move, Result> results = new HashMap<>();

    /// What happens to a replica.
    sealed interface Event {
        /// It is told that time has passed, so little that no lease ends: a coordinator renews its
        /// lease and repeats what was not acknowledged.
        record Tick() implements Event {}

        /// It is told so often that time has passed that it stands for election, unless a lease
        /// forbids that.
        record Stand() implements Event {}

        /// So much time passes, for everybody, that every lease is over.
        record Time() implements Event {}

        record Receive(ReplicaId from, Message message) implements Event {}

        record Submit(long ticket) implements Event {}

        /// A coordinator is asked to make all learners voters.
        record Promote() implements Event {}

        /// A coordinator is asked to hand over.
        record HandOver() implements Event {}

        /// What was handed to the disk first is flushed.
        record Flush() implements Event {}

        /// The process dies, and with it what was not flushed; another one starts from the disk.
        record Crash() implements Event {}
    }

    /// @param event its number
    private record Move(int state, int event, int choice, boolean slow) {}

    record Sent(ReplicaId to, Message message) {}

    /// What a move leads to.
    ///
    /// @param choices how many the random generator could have given
    /// @param wrong the rule that was broken by this replica alone; null where none was
    record Result(
            LocalState next,
            List<Sent> sent,
            List<Effect.Learn> learned,
            int choices,
            boolean flushed,
            int elections,
            @Nullable String wrong) {}

    LocalStates(Membership membership, List<Map<ReplicaId, ReplicaId>> renamings) {
        this.membership = membership;
        this.renamings = renamings;
    }

    int count() {
        return states.size();
    }

    int steps() {
        return results.size();
    }

    LocalState get(int id) {
        return byId.get(id);
    }

    static ReplicaId id(int replica) {
        return ReplicaId.of(replica + 1);
    }

    /// A replica that has never run.
    LocalState first(int replica) {
        return stateOf(new LocalReplica(membership, replica));
    }

    /// What an event makes of a replica.
    ///
    /// @param number of the event: equal events have equal numbers
    /// @param choice what the random generator gives
    /// @param slow true where what is handed to the disk is not flushed at once
    Result move(LocalState state, Event event, int number, int choice, boolean slow) {
        Move move = new Move(state.id(), number, choice, slow);
        Result known = results.get(move);
        if (known == null) {
            known = make(state, event, choice, slow);
            results.put(move, known);
        }
        return known;
    }

    private Result make(LocalState state, Event event, int choice, boolean slow) {
        LocalReplica running = new LocalReplica(membership, state);
        try {
            running.happen(event, choice);
            boolean waits = slow || state.waitsForDisk();
            while (!waits && running.waitsForDisk()) {
                running.flush();
            }
        } catch (InvariantViolation violation) {
            running.wrong("invariant: " + violation.getMessage());
        }
        long elections = running.asking.stream().filter(propose -> isNew(state, propose)).count();
        return new Result(
                stateOf(running),
                List.copyOf(running.sent),
                List.copyOf(running.learned),
                running.choices(),
                running.flushed,
                (int) elections,
                running.wrong);
    }

    /// False for one that is sent again: the candidate's own promise is on its disk since it won.
    private static boolean isNew(LocalState before, Message.Propose propose) {
        return !before.disk().contains(new Record.Promised(propose.sequence()));
    }

    Digest digest(Map<ReplicaId, ReplicaId> names, long now, long flushed) {
        return new Digest(fields, names, now, STEP, flushed);
    }

    private LocalState stateOf(LocalReplica running) {
        int[] all = new int[renamings.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = shapes.computeIfAbsent(shape(running, renamings.get(i)), _ -> shapes.size());
        }
        String name = running.index() + ":" + all[0];
        LocalState known = states.get(name);
        if (known != null) {
            return known;
        }
        Set<LocalState.Vote> votes = votes(running);
        LocalState state =
                new LocalState(
                        states.size(),
                        running.index(),
                        List.copyOf(running.disk),
                        running.born,
                        running.bornAt,
                        running.way,
                        List.copyOf(running.unflushed),
                        running.used,
                        running.now,
                        running.replica.leaseUntil(),
                        running.replica.isCoordinator(),
                        votes,
                        voteSets.computeIfAbsent(votes, _ -> voteSets.size()),
                        all);
        states.put(name, state);
        byId.add(state);
        return state;
    }

    private static Set<LocalState.Vote> votes(LocalReplica running) {
        Set<LocalState.Vote> votes = new HashSet<>();
        for (Record record : running.disk) {
            if (record instanceof Record.Accepted(long at, SequenceNumber under, Value value)) {
                votes.add(new LocalState.Vote(at, under, value));
            }
        }
        return votes;
    }

    /// Everything that can make a difference later, as a text.
    private String shape(LocalReplica running, Map<ReplicaId, ReplicaId> names) {
        List<Effect.Persist> unflushed = running.unflushed;
        long last = unflushed.isEmpty() ? Long.MAX_VALUE : unflushed.getFirst().ticket() - 1;
        TreeSet<String> votes = new TreeSet<>();
        for (LocalState.Vote vote : votes(running)) {
            votes.add(digest(names, running.now, last).of(vote));
        }
        List<Object> all = new ArrayList<>();
        all.add(running.replica);
        all.add(List.copyOf(unflushed));
        all.add(running.durable());
        all.add(List.copyOf(running.used));
        return running.now / STEP + digest(names, running.now, last).of(all) + votes;
    }

    /// A number for each event; those of messages have that of the message.
    static int number(Event event, int packet) {
        return switch (event) {
            case Event.Receive _ -> packet;
            case Event.Tick _ -> -1;
            case Event.Stand _ -> -2;
            case Event.Flush _ -> -3;
            case Event.Crash _ -> -4;
            case Event.Time _ -> -5;
            case Event.Promote _ -> -6;
            case Event.HandOver _ -> -7;
            case Event.Submit(long ticket) -> (int) (-10 - ticket);
        };
    }

    /// For whoever reads a trace.
    static String describe(Event event) {
        return switch (event) {
            case Event.Tick _ -> "ticks";
            case Event.Stand _ -> "stands for election";
            case Event.Time _ -> "is older: all leases are over";
            case Event.Receive(ReplicaId from, Message message) ->
                    "gets from " + from + ": " + message;
            case Event.Submit(long ticket) -> "is given command " + ticket;
            case Event.Promote _ -> "is asked to promote the learners";
            case Event.HandOver _ -> "is asked to hand over";
            case Event.Flush _ -> "has flushed";
            case Event.Crash _ -> "crashes and starts again";
        };
    }
}
