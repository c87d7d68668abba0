package dev.ephor.simulator;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Effect;
import dev.ephor.paxos.Input;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Message;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Settings;
import dev.ephor.paxos.Value;
import dev.ephor.simulator.LocalState.Happened;
import dev.ephor.simulator.LocalStates.Event;
import dev.ephor.simulator.LocalStates.Sent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A replica that runs, with its disk: made again from a [LocalState], for one event.
final class LocalReplica {
    /// Whoever may stand for election does so at the latest with this tick: its attempt ends, it
    /// waits, it stands.
    private static final int MOST_TICKS = 6;

    /// The ticket of a change of members; commands have lower ones.
    private static final long CHANGE = 1_000;

    /// Time-outs are as short as can be, but for the lease: a tick of one nanosecond is enough for
    /// any of them, so that every order of them is possible.
    private static final Settings SETTINGS =
            new Settings(1_000, 20, 1, 1, 1, 1, 2, 1, 1 << 20, 1 << 10, 1 << 20);

    private final int index;
    private final Membership membership;
    final List<Record> disk = new ArrayList<>();
    int born;
    long bornAt;
    @Nullable Happened way;
    final List<Effect.Persist> unflushed = new ArrayList<>();
    final SortedSet<SequenceNumber> used = new TreeSet<>();
    long now;
    private final Chance chance = new Chance();
    Replica replica;

    // Of the event:
    final List<Sent> sent = new ArrayList<>();

    /// What it asks the others for in elections, now or once its own promise is on disk.
    final Set<Message.Propose> asking = new HashSet<>();

    final List<Effect.Learn> learned = new ArrayList<>();
    boolean flushed;
    @Nullable String wrong;

    /// One that has never run.
    LocalReplica(Membership membership, int index) {
        this.index = index;
        this.membership = membership;
        this.replica = make();
    }

    /// Goes the way to the state again.
    LocalReplica(Membership membership, LocalState state) {
        this.index = state.replica();
        this.membership = membership;
        disk.addAll(state.disk());
        born = state.born();
        bornAt = state.bornAt();
        way = state.way();
        unflushed.addAll(state.unflushed());
        used.addAll(state.used());
        now = state.now();
        replica = make();
        List<Happened> steps = new ArrayList<>();
        for (Happened each = way; each != null; each = each.before()) {
            steps.add(each);
        }
        for (Happened each : steps.reversed()) {
            chance.choice = each.choice();
            replica.step(each.now(), each.input());
        }
    }

    private Replica make() {
        Recovered recovered =
                bornAt == 0
                        ? Recovered.nothing(membership)
                        : Recovered.replay(0, membership, disk.subList(0, born));
        return Replica.start(LocalStates.id(index), SETTINGS, recovered, bornAt, chance);
    }

    int index() {
        return index;
    }

    /// How many numbers the random generator could have given for the event.
    int choices() {
        return chance.choices;
    }

    /// @param choice the one that it gives
    void happen(Event event, int choice) {
        chance.choice = choice;
        chance.choices = 1;
        switch (event) {
            case Event.Tick _ -> tick();
            case Event.Stand _ -> {
                for (int i = 0; i < MOST_TICKS && !stands(); i++) {
                    tick();
                }
            }
            case Event.Time _ ->
                    now = (now / LocalStates.STEP + 1) * LocalStates.STEP + now % LocalStates.STEP;
            case Event.Receive(ReplicaId from, Message message) ->
                    step(new Input.Received(from, message));
            case Event.Submit(long ticket) ->
                    step(
                            new Input.Submit(
                                    List.of(new Input.Command(ticket, Bytes.utf8("c" + ticket)))));
            case Event.Promote _ -> {
                Membership members = replica.membership();
                Membership next = members;
                for (ReplicaId learner : members.learners().keySet()) {
                    next = next.promoting(learner);
                }
                if (!next.equals(members)) {
                    step(new Input.ChangeMembership(CHANGE, members.since(), next));
                }
            }
            case Event.HandOver _ -> step(new Input.TransferTo(Optional.empty(), "asked to"));
            case Event.Flush _ -> flush();
            case Event.Crash _ -> {
                unflushed.clear();
                born = disk.size();
                bornAt = Math.max(now, 1);
                way = null;
                replica = make();
            }
        }
    }

    private void tick() {
        now++;
        step(new Input.Tick());
    }

    private boolean stands() {
        return !asking.isEmpty();
    }

    boolean waitsForDisk() {
        return unflushed.stream().anyMatch(Effect.Persist::flush);
    }

    /// Flushes what was handed to the disk first, and what needs no flush of its own before it.
    void flush() {
        flushed = true;
        boolean done = false;
        while (!done) {
            Effect.Persist persist = unflushed.removeFirst();
            done = persist.flush();
            disk.addAll(persist.records());
            persist.then().forEach(send -> send(send.to(), send.message()));
            step(new Input.Persisted(persist.ticket()));
        }
    }

    private void step(Input input) {
        List<Effect> effects = replica.step(now, input);
        way = new Happened(way, now, input, chance.choice);
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send(ReplicaId to, Message message) -> {
                    asks(message);
                    send(to, message);
                }
                case Effect.Broadcast(List<ReplicaId> to, Message message) -> {
                    asks(message);
                    to.forEach(each -> send(each, message));
                }
                case Effect.Persist persist -> {
                    unflushed.add(persist);
                    persist.then().forEach(send -> asks(send.message()));
                }
                case Effect.Learn learn -> learned.add(learn);
                case Effect.BecameCoordinator(SequenceNumber sequence) -> {
                    if (!used.add(sequence)) {
                        wrong("a sequence number is used once: " + sequence);
                    }
                }
                // Lost: whoever asked asks again.
                case Effect.ServeCatchUp _, Effect.FetchSnapshot _ -> {}
                case Effect.Proposed _,
                        Effect.Refused _,
                        Effect.TransferFailed _,
                        Effect.LostCoordinator _ -> {}
            }
        }
    }

    private void asks(Message message) {
        if (message instanceof Message.Propose propose) {
            asking.add(propose);
        }
    }

    private void send(ReplicaId to, Message message) {
        if (message instanceof Message.Promise promise && !hasPromised(promise.sequence())) {
            wrong("a promise is on disk before it leaves: " + promise.sequence());
        }
        if (message instanceof Message.Propose propose && !hasPromised(propose.sequence())) {
            wrong("who asks has promised: " + propose.sequence());
        }
        sent.add(new Sent(to, atCoarseTime(message)));
    }

    private boolean hasPromised(SequenceNumber sequence) {
        return disk.stream().anyMatch(record -> implies(record, sequence));
    }

    private static boolean implies(Record record, SequenceNumber promised) {
        return switch (record) {
            case Record.Promised(SequenceNumber sequence) -> !promised.isAbove(sequence);
            case Record.Accepted(long _, SequenceNumber sequence, Value _) ->
                    !promised.isAbove(sequence);
            case Record.Chosen _, Record.ChosenUpTo _ -> false;
        };
    }

    /// What a restart would find.
    Recovered durable() {
        return Recovered.replay(0, membership, disk);
    }

    void wrong(String rule) {
        wrong = wrong == null ? rule : wrong;
    }

    /// What the clock of a message says is as coarse as time is here.
    private static Message atCoarseTime(Message message) {
        return message instanceof Message.Accept accept
                ? new Message.Accept(
                        accept.sequence(),
                        accept.base(),
                        accept.first(),
                        accept.values(),
                        accept.chosenUpTo(),
                        accept.sentAt() / LocalStates.STEP * LocalStates.STEP)
                : message;
    }

    /// Gives what the explorer chooses: every time-out is as short as it can be, and whoever may be
    /// asked is asked.
    private static final class Chance implements RandomGenerator {
        int choice;
        int choices = 1;

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only numbers below a bound are chosen");
        }

        @Override
        public long nextLong(long bound) {
            return 0;
        }

        @Override
        public int nextInt(int bound) {
            choices = Math.max(choices, bound);
            return Math.min(choice, bound - 1);
        }
    }
}
