package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// A cell of bare cores under one random schedule.
final class RandomWorld {
    private static final long MILLI = 1_000_000;

    private record Letter(ReplicaId from, ReplicaId to, Message message) {}

    /// One replica: the core while it runs, and its disk.
    static final class Node {
        final ReplicaId id;
        final List<Record> disk = new ArrayList<>();
        final Deque<Effect.Persist> unflushed = new ArrayDeque<>();
        Optional<Replica> core = Optional.empty();
        long applied;
        long snapshot;
        Membership snapshotMembers;

        Node(ReplicaId id, Membership members) {
            this.id = id;
            this.snapshotMembers = members;
        }

        Recovered recovered() {
            return Recovered.replay(snapshot, snapshotMembers, disk);
        }
    }

    private final SplittableRandom random;
    private final RandomChanges changes;
    private final Settings settings;
    private final TreeMap<ReplicaId, Node> nodes = new TreeMap<>();

    /// Their disks are looked at still, by nobody but the judge.
    private final List<Node> gone = new ArrayList<>();

    private final List<Letter> letters = new ArrayList<>();
    private final Judge judge;
    private final Map<String, Integer> occurred;
    private long now;
    private long tickets;
    private boolean faults = true;

    RandomWorld(long seed, Map<String, Integer> occurred) {
        this.random = new SplittableRandom(seed);
        this.changes = new RandomChanges(random);
        this.occurred = occurred;
        Settings d = Settings.DEFAULT;
        settings =
                new Settings(
                        d.lease(),
                        d.driftDivisor(),
                        d.heartbeat(),
                        d.backoff(),
                        d.attempt(),
                        d.retransmit(),
                        1 + random.nextInt(8),
                        4 + random.nextInt(60),
                        1 << 10,
                        1 + random.nextInt(20),
                        1 << 20);
        TreeSet<ReplicaId> voters = new TreeSet<>();
        int size = 1 + 2 * random.nextInt(3);
        for (int i = 1; i <= size; i++) {
            voters.add(ReplicaId.of(i));
        }
        Membership members = Membership.of(voters);
        judge = new Judge(members);
        voters.forEach(id -> add(id, members));
    }

    private void occurs(String what) {
        occurred.merge(what, 1, Integer::sum);
    }

    private Node add(ReplicaId id, Membership members) {
        Node node = new Node(id, members);
        nodes.put(id, node);
        start(node, Recovered.nothing(members));
        return node;
    }

    private void start(Node node, Recovered recovered) {
        node.core = Optional.of(Replica.start(node.id, settings, recovered, now, random.split()));
        node.applied = node.snapshot;
        step(node, new Input.Tick());
    }

    void run() {
        for (int i = 0; i < 3000; i++) {
            anything();
        }
        faults = false;
        nodes.values().stream().filter(node -> node.core.isEmpty()).forEach(this::restart);
        int waited = 0;
        long goal = judge.learned() + 1;
        while (!everyMemberHas(goal)) {
            assertThat(waited++)
                    .as("rounds of 10 ms until all members have %d:%s", goal, state())
                    .isLessThan(2000);
            submit(anyNode());
            pass(10 * MILLI);
            List.copyOf(nodes.values()).forEach(this::flush);
            List.copyOf(letters).forEach(this::deliver);
        }
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        nodes.forEach((id, node) -> {
            Replica core = node.core.orElseThrow();
            text.append(
                    "\n  %s %s promised %s, chosen to %d of %d, %s"
                            .formatted(
                                    id,
                                    core.roleName(),
                                    core.promised(),
                                    core.chosenUpTo(),
                                    core.knownChosen(),
                                    Wording.of(core.membership())));
        });
        return text.toString();
    }

    private boolean everyMemberHas(long goal) {
        return judge.members().everybody().stream()
                .allMatch(id -> {
                    Node node = nodes.get(id);
                    return node != null && node.applied >= goal;
                });
    }

    private Node anyNode() {
        return List.copyOf(nodes.values()).get(random.nextInt(nodes.size()));
    }

    private void anything() {
        Node node = anyNode();
        int die = random.nextInt(200);
        if (die < 80) {
            deliverOne();
        } else if (die < 130) {
            flush(node);
        } else if (die < 158) {
            submit(node);
        } else if (die < 186) {
            pass(random.nextLong(1, 120 * MILLI));
        } else if (die < 189) {
            snapshot(node);
        } else if (die < 191) {
            transfer();
        } else if (die < 195) {
            change();
        } else if (die < 196) {
            leaveForGood(node);
        } else if (node.core.isPresent()) {
            crash(node);
        } else {
            restart(node);
        }
    }

    private void deliverOne() {
        if (letters.isEmpty()) {
            return;
        }
        // Mostly in order, so that something gets done; sometimes any.
        int bound = random.nextInt(4) > 0 ? Math.min(letters.size(), 3) : letters.size();
        Letter letter = letters.get(random.nextInt(bound));
        if (random.nextInt(20) == 0) {
            letters.add(letter);
        }
        if (random.nextInt(10) == 0) {
            letters.remove(letter);
        } else {
            deliver(letter);
        }
    }

    private void deliver(Letter letter) {
        letters.remove(letter);
        Node to = nodes.get(letter.to);
        if (to != null) {
            to.core.ifPresent(core -> step(to, new Input.Received(letter.from, letter.message)));
        }
    }

    private void submit(Node node) {
        List<Input.Command> commands = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            commands.add(new Input.Command(++tickets, Bytes.utf8("c" + tickets)));
        }
        step(node, new Input.Submit(commands));
    }

    private Optional<Node> coordinator() {
        return nodes.values().stream()
                .filter(node -> node.core.filter(Replica::isCoordinator).isPresent())
                .findFirst();
    }

    private void transfer() {
        coordinator()
                .ifPresent(node ->
                        step(
                                node,
                                new Input.TransferTo(
                                        random.nextBoolean()
                                                ? Optional.empty()
                                                : Optional.of(anyNode().id),
                                        "by chance")));
    }

    /// Whoever is coordinator is asked for some change.
    private void change() {
        coordinator()
                .ifPresent(node -> {
                    Membership members = node.core.orElseThrow().membership();
                    long basedOn = random.nextInt(10) == 0 ? 0 : members.since();
                    Membership next =
                            random.nextInt(3) == 0
                                    ? changes.admit(members)
                                    : changes.revote(members);
                    next.learners().keySet().stream()
                            .filter(id -> !members.isMember(id) && !nodes.containsKey(id))
                            .forEach(id -> add(id, Membership.NOBODY));
                    step(node, new Input.ChangeMembership(++tickets, basedOn, next));
                });
    }

    /// Who was removed may go once a majority of those who stay knows it for good.
    private void leaveForGood(Node node) {
        Membership members = judge.members();
        List<ReplicaId> knowing =
                members.voters().stream()
                        .filter(id -> {
                            Node voter = nodes.get(id);
                            return voter != null
                                    && voter.recovered().chosenUpTo() >= members.since();
                        })
                        .toList();
        if (members.isRemoved(node.id) && members.isMajority(knowing)) {
            occurs("gone for good");
            crash(node);
            nodes.remove(node.id);
            gone.add(node);
        }
    }

    /// Some of the replicas do not notice: they stand still.
    private void pass(long nanos) {
        now += nanos;
        for (Node node : List.copyOf(nodes.values())) {
            if (!faults || random.nextInt(8) > 0) {
                step(node, new Input.Tick());
            }
        }
    }

    private void snapshot(Node node) {
        node.core.ifPresent(core -> {
            node.snapshot = core.chosenUpTo();
            node.snapshotMembers = core.membership();
            step(node, new Input.Truncated(node.snapshot));
        });
    }

    private void crash(Node node) {
        node.core = Optional.empty();
        // What was under way to the disk may have arrived, up to some point.
        for (int kept = random.nextInt(node.unflushed.size() + 1); kept > 0; kept--) {
            write(node, node.unflushed.remove());
        }
        node.unflushed.clear();
    }

    private void restart(Node node) {
        start(node, node.recovered());
    }

    private void write(Node node, Effect.Persist persist) {
        node.disk.addAll(persist.records());
        persist.records().forEach(record -> judge.written(node.id, record));
    }

    private void flush(Node node) {
        while (!node.unflushed.isEmpty()) {
            Effect.Persist persist = node.unflushed.remove();
            write(node, persist);
            persist.then().forEach(send -> perform(node, send));
            if (persist.flush()) {
                step(node, new Input.Persisted(persist.ticket()));
            }
        }
    }

    private void step(Node node, Input input) {
        node.core.ifPresent(core -> {
            String before = core.roleName();
            List<Effect> effects = core.step(now, input);
            if (core.roleName().equals("finishing") && !before.equals("finishing")) {
                occurs("finishing");
            }
            effects.forEach(effect -> perform(node, effect));
            judge.members(core);
            judge.leases(nodes.values(), now);
        });
    }

    private void perform(Node node, Effect effect) {
        switch (effect) {
            case Effect.Send(ReplicaId to, Message message) -> {
                if (message instanceof Message.TakeOver) {
                    occurs("handed over");
                }
                letters.add(new Letter(node.id, to, message));
            }
            case Effect.Broadcast(List<ReplicaId> to, Message message) -> {
                judge.proposed(message);
                to.forEach(peer -> letters.add(new Letter(node.id, peer, message)));
            }
            case Effect.Persist persist -> node.unflushed.add(persist);
            case Effect.Learn(long instance, Value value) -> learn(node, instance, value);
            case Effect.ServeCatchUp(ReplicaId to, long from, long chosenUpTo) ->
                    serve(node, to, from, chosenUpTo);
            case Effect.FetchSnapshot(ReplicaId from, long instance) -> fetch(node, from);
            case Effect.Proposed proposed -> {}
            case Effect.Refused refused -> occurs("refused " + refused.reason());
            case Effect.TransferFailed failed -> occurs("transfer failed");
            case Effect.BecameCoordinator became -> occurs("coordinator");
            case Effect.LostCoordinator lost -> {}
        }
    }

    private void learn(Node node, long instance, Value value) {
        assertThat(instance).as("learned in order by %s", node.id).isEqualTo(++node.applied);
        Membership before = judge.members();
        if (judge.learned(instance, value) && value instanceof Value.MembershipChange change) {
            Membership after = judge.members();
            occurs(after.equals(before) ? "change without effect" : "change took effect");
            if (!after.isVoter(node.id) && before.isVoter(node.id)) {
                occurs("master removed");
            }
            if (after.voters().stream().noneMatch(before::isVoter)) {
                occurs("nobody stayed a voter");
            }
        }
    }

    private void serve(Node node, ReplicaId to, long from, long chosenUpTo) {
        Message answer =
                from <= node.snapshot
                        ? new Message.SnapshotAvailable(node.snapshot, chosenUpTo)
                        : new Message.Chosen(from, judge.values(from, node.applied), chosenUpTo);
        letters.add(new Letter(node.id, to, answer));
    }

    private void fetch(Node node, ReplicaId from) {
        Node source = nodes.get(from);
        boolean fails = source == null || (faults && random.nextInt(3) == 0);
        if (fails || source.snapshot <= node.applied) {
            deferred(node, new Input.SnapshotFailed());
            return;
        }
        node.snapshot = source.snapshot;
        node.snapshotMembers = source.snapshotMembers;
        node.applied = source.snapshot;
        deferred(node, new Input.SnapshotInstalled(source.snapshot, source.snapshotMembers));
    }

    /// An input that an effect causes is a step of its own.
    private void deferred(Node node, Input input) {
        Replica core = node.core.orElseThrow();
        List<Effect> effects = core.step(now, input);
        effects.forEach(effect -> perform(node, effect));
    }
}
