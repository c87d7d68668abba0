package dev.ephor.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// A cell of bare cores on a clock, disks and links that do only what they are told to. Writes down
/// all that happens, one line each.
final class BareCell {
    private static final long MILLI = 1_000_000;

    /// Always the least: who waits a random time waits none, so that scripts decide who is first.
    private static final RandomGenerator NO_CHANCE = () -> 0L;

    private final TreeMap<Integer, Node> nodes = new TreeMap<>();
    private final Deque<Letter> letters = new ArrayDeque<>();
    private final Set<Integer> cutOff = new TreeSet<>();
    private final List<String> said = new ArrayList<>();
    private final Settings settings;
    private long now;
    private long lastTicket = 100;

    record Letter(int from, int to, Message message) {}

    /// One replica: the core while it runs, and its disk.
    private static final class Node {
        Optional<Replica> core = Optional.empty();
        final List<Record> disk = new ArrayList<>();
        final Deque<Effect.Persist> unflushed = new ArrayDeque<>();
        long snapshot;
        Membership snapshotMembers;
        long truncated;
        final TreeMap<Long, Value> learned = new TreeMap<>();

        Node(Membership members) {
            snapshotMembers = members;
        }
    }

    BareCell(int replicas, Settings settings) {
        this.settings = settings;
        TreeSet<ReplicaId> voters = new TreeSet<>();
        for (int i = 1; i <= replicas; i++) {
            voters.add(ReplicaId.of(i));
        }
        Membership membership = Membership.of(voters);
        for (int i = 1; i <= replicas; i++) {
            add(i, membership);
        }
    }

    private void add(int id, Membership membership) {
        Node node = new Node(membership);
        nodes.put(id, node);
        node.core = Optional.of(start(id, Recovered.nothing(membership)));
    }

    /// A replica that has never run and knows of no members.
    void join(int id) {
        add(id, Membership.NOBODY);
    }

    /// The members as the replica knows them.
    Membership members(int id) {
        return node(id).core.orElseThrow().membership();
    }

    void change(int id, long basedOn, Membership next) {
        step(id, new Input.ChangeMembership(++lastTicket, basedOn, next));
    }

    private Replica start(int id, Recovered recovered) {
        return Replica.start(ReplicaId.of(id), settings, recovered, now, NO_CHANCE);
    }

    /// What was written down since the last call.
    List<String> drain() {
        List<String> lines = List.copyOf(said);
        said.clear();
        return lines;
    }

    void say(String line) {
        said.add(line);
    }

    /// Time passes, in steps of one tick; the replicas named hear of each.
    void pass(long millis, Set<Integer> ticking) {
        long end = now + millis * MILLI;
        while (now < end) {
            now = Math.min(end, now + settings.tick());
            ticking.forEach(id -> step(id, new Input.Tick()));
        }
    }

    Set<Integer> running() {
        TreeSet<Integer> running = new TreeSet<>();
        nodes.forEach((id, node) -> node.core.ifPresent(core -> running.add(id)));
        return running;
    }

    void step(int id, Input input) {
        Node node = node(id);
        node.core.ifPresent(core -> core.step(now, input).forEach(effect -> perform(id, effect)));
    }

    private Node node(int id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no replica " + id);
        }
        return node;
    }

    private void perform(int id, Effect effect) {
        switch (effect) {
            case Effect.Send(ReplicaId to, Message message) -> post(id, to, message);
            case Effect.Broadcast(List<ReplicaId> to, Message message) ->
                    to.forEach(peer -> post(id, peer, message));
            case Effect.Persist persist -> node(id).unflushed.add(persist);
            case Effect.Learn(long instance, Value value) -> {
                node(id).learned.put(instance, value);
                say("  %d learns %d = %s".formatted(id, instance, Wording.of(value)));
            }
            case Effect.ServeCatchUp(ReplicaId to, long from, long chosen) ->
                    serveFromDisk(id, to, from, chosen);
            case Effect.Proposed proposed -> {}
            default -> say("  %d: %s".formatted(id, Wording.of(effect)));
        }
    }

    private void post(int from, ReplicaId to, Message message) {
        letters.add(new Letter(from, to.number(), message));
    }

    private void serveFromDisk(int id, ReplicaId to, long from, long chosen) {
        Node node = node(id);
        if (from <= node.truncated) {
            post(id, to, new Message.SnapshotAvailable(node.snapshot, chosen));
            return;
        }
        List<Value> values = new ArrayList<>(node.learned.tailMap(from, true).values());
        post(id, to, new Message.Chosen(from, values, chosen));
    }

    /// The disk catches up: what was written is safe, and what waited for that goes out.
    void flush(int id) {
        Node node = node(id);
        while (!node.unflushed.isEmpty()) {
            Effect.Persist persist = node.unflushed.remove();
            node.disk.addAll(persist.records());
            persist.records()
                    .forEach(record -> say("  %d disk: %s".formatted(id, Wording.of(record))));
            persist.then().forEach(send -> perform(id, send));
            if (persist.flush()) {
                step(id, new Input.Persisted(persist.ticket()));
            }
        }
    }

    /// Delivers the letters that are under way now (not those that they cause), on one link or on
    /// all.
    void deliver(Optional<int[]> link, boolean lose) {
        List<Letter> due = new ArrayList<>();
        for (Letter letter : letters) {
            if (link.isEmpty() || (link.get()[0] == letter.from && link.get()[1] == letter.to)) {
                due.add(letter);
            }
        }
        letters.removeAll(due);
        for (Letter letter : due) {
            boolean lost =
                    lose
                            || cutOff.contains(letter.from)
                            || cutOff.contains(letter.to)
                            || node(letter.to).core.isEmpty();
            say(
                    "%d -> %d %s%s"
                            .formatted(
                                    letter.from,
                                    letter.to,
                                    Wording.of(letter.message),
                                    lost ? "  (lost)" : ""));
            if (!lost) {
                step(letter.to, new Input.Received(ReplicaId.of(letter.from), letter.message));
            }
        }
    }

    boolean quiet() {
        return letters.isEmpty()
                && nodes.values().stream().allMatch(node -> node.unflushed.isEmpty());
    }

    void flushAll() {
        nodes.keySet().forEach(this::flush);
    }

    void submit(int id, List<String> commands) {
        List<Input.Command> list = new ArrayList<>();
        for (String command : commands) {
            list.add(new Input.Command(++lastTicket, Bytes.utf8(command)));
        }
        step(id, new Input.Submit(list));
    }

    /// The process dies: what was not flushed is gone.
    void crash(int id) {
        Node node = node(id);
        node.core = Optional.empty();
        node.unflushed.clear();
    }

    void restart(int id) {
        Node node = node(id);
        Recovered recovered = Recovered.replay(node.snapshot, node.snapshotMembers, node.disk);
        node.learned.keySet().removeIf(instance -> instance > node.snapshot);
        node.core = Optional.of(start(id, recovered));
        step(id, new Input.Tick());
    }

    /// The replica takes a snapshot of all that it learned and truncates its log.
    void snapshot(int id) {
        Node node = node(id);
        node.snapshot = node.core.orElseThrow().chosenUpTo();
        node.snapshotMembers = node.core.orElseThrow().membership();
        node.truncated = node.snapshot;
        step(id, new Input.Truncated(node.truncated));
    }

    /// The newest snapshot of `from` is brought to `to`.
    void install(int from, int to) {
        Node source = node(from);
        Node target = node(to);
        target.snapshot = source.snapshot;
        target.snapshotMembers = source.snapshotMembers;
        target.truncated = source.snapshot;
        target.learned.clear();
        target.learned.putAll(source.learned.headMap(source.snapshot, true));
        step(to, new Input.SnapshotInstalled(source.snapshot, source.snapshotMembers));
    }

    /// Puts a record on the disk of a replica that is down, as if it had been written.
    void write(int id, Record record) {
        node(id).disk.add(record);
    }

    void cut(int id) {
        cutOff.add(id);
    }

    void heal() {
        cutOff.clear();
    }

    /// Every replica in a line.
    void state() {
        nodes.forEach((id, node) ->
                say(
                        node.core
                                .map(core ->
                                        "  %d %s promised=%s chosen=%d%s%s%s"
                                                .formatted(
                                                        id,
                                                        core.roleName(),
                                                        core.promised(),
                                                        core.chosenUpTo(),
                                                        core.base() > 0
                                                                ? " log from " + (core.base() + 1)
                                                                : "",
                                                        lease(core),
                                                        membersOf(core)))
                                .orElse("  " + id + " down")));
    }

    /// Said where they are not those that the cell began with.
    private static String membersOf(Replica core) {
        Membership members = core.membership();
        if (members.voters().isEmpty()) {
            return " knows no members";
        }
        return members.since() == 0
                ? ""
                : " members %s since %d".formatted(Wording.of(members), members.since());
    }

    private String lease(Replica core) {
        if (!core.isCoordinator()) {
            return "";
        }
        long left = core.leaseUntil() - now;
        return core.leaseUntil() == Long.MIN_VALUE || left <= 0
                ? " no lease"
                : " lease for " + left / MILLI + " ms";
    }
}
