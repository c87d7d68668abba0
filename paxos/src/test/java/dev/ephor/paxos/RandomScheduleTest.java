package dev.ephor.paxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Bare cores under random schedules: messages lost, doubled and overtaken, crashes that lose what
/// was not flushed, restarts, snapshots, replicas that stand still. Nothing may ever be
/// inconsistent; and once the faults stop, everybody learns everything.
class RandomScheduleTest {
    private static final int SCHEDULES = Integer.getInteger("schedules", 300);
    private static final long FIRST = Long.getLong("schedule", 1L);
    private static final long MILLI = 1_000_000;

    @TestFactory
    List<DynamicTest> schedules() {
        return LongStream.range(FIRST, FIRST + SCHEDULES)
                .mapToObj(seed ->
                        DynamicTest.dynamicTest("schedule " + seed, () -> new World(seed).run()))
                .toList();
    }

    private record Letter(ReplicaId from, ReplicaId to, Message message) {}

    private record Proposal(SequenceNumber origin, long instance) {}

    private static final class Node {
        final ReplicaId id;
        final List<Record> disk = new ArrayList<>();
        final Deque<Effect.Persist> unflushed = new ArrayDeque<>();
        Optional<Replica> core = Optional.empty();
        long applied;
        long snapshot;

        Node(ReplicaId id) {
            this.id = id;
        }
    }

    private static final class World {
        private final SplittableRandom random;
        private final Settings settings;
        private final Membership membership;
        private final List<Node> nodes = new ArrayList<>();
        private final List<Letter> letters = new ArrayList<>();

        /// What is chosen, as the first replica to learn it said.
        private final TreeMap<Long, Value> chosen = new TreeMap<>();

        private final Map<Proposal, Value> proposals = new HashMap<>();

        private long now;
        private long tickets;
        private boolean faults = true;

        World(long seed) {
            random = new SplittableRandom(seed);
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
            membership = Membership.of(voters);
            for (ReplicaId id : voters) {
                Node node = new Node(id);
                nodes.add(node);
                start(node, Recovered.nothing(membership));
            }
        }

        private void start(Node node, Recovered recovered) {
            node.core =
                    Optional.of(Replica.start(node.id, settings, recovered, now, random.split()));
            node.applied = node.snapshot;
            step(node, new Input.Tick());
        }

        void run() {
            for (int i = 0; i < 3000; i++) {
                anything();
            }
            faults = false;
            nodes.stream().filter(node -> node.core.isEmpty()).forEach(this::restart);
            int waited = 0;
            long goal = chosen.isEmpty() ? 1 : chosen.lastKey() + 1;
            while (nodes.stream().anyMatch(node -> node.applied < goal)) {
                assertThat(waited++)
                        .as("rounds of 10 ms until all have learned " + goal)
                        .isLessThan(2000);
                submit(nodes.get(random.nextInt(nodes.size())));
                pass(10 * MILLI);
                nodes.forEach(this::flush);
                List.copyOf(letters).forEach(this::deliver);
            }
        }

        private void anything() {
            Node node = nodes.get(random.nextInt(nodes.size()));
            int die = random.nextInt(100);
            if (die < 40) {
                deliverOne();
            } else if (die < 65) {
                flush(node);
            } else if (die < 80) {
                submit(node);
            } else if (die < 96) {
                pass(random.nextLong(1, 120 * MILLI));
            } else if (die < 97) {
                snapshot(node);
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
            Node to = node(letter.to);
            to.core.ifPresent(core -> step(to, new Input.Received(letter.from, letter.message)));
        }

        private Node node(ReplicaId id) {
            return nodes.get(id.number() - 1);
        }

        private void submit(Node node) {
            List<Input.Command> commands = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                commands.add(new Input.Command(++tickets, Bytes.utf8("c" + tickets)));
            }
            step(node, new Input.Submit(commands));
        }

        /// Some of the replicas do not notice: they stand still.
        private void pass(long nanos) {
            now += nanos;
            for (Node node : nodes) {
                if (!faults || random.nextInt(8) > 0) {
                    step(node, new Input.Tick());
                }
            }
        }

        private void snapshot(Node node) {
            node.core.ifPresent(core -> {
                node.snapshot = core.chosenUpTo();
                step(node, new Input.Truncated(node.snapshot));
            });
        }

        private void crash(Node node) {
            node.core = Optional.empty();
            // What was under way to the disk may have arrived, up to some point.
            for (int kept = random.nextInt(node.unflushed.size() + 1); kept > 0; kept--) {
                node.disk.addAll(node.unflushed.remove().records());
            }
            node.unflushed.clear();
        }

        private void restart(Node node) {
            start(node, Recovered.replay(node.snapshot, membership, node.disk));
        }

        private void flush(Node node) {
            while (!node.unflushed.isEmpty()) {
                Effect.Persist persist = node.unflushed.remove();
                node.disk.addAll(persist.records());
                persist.then().forEach(send -> perform(node, send));
                if (persist.flush()) {
                    step(node, new Input.Persisted(persist.ticket()));
                }
            }
        }

        private void step(Node node, Input input) {
            node.core.ifPresent(core -> {
                core.step(now, input).forEach(effect -> perform(node, effect));
                checkLeases();
            });
        }

        private void perform(Node node, Effect effect) {
            switch (effect) {
                case Effect.Send(ReplicaId to, Message message) ->
                        letters.add(new Letter(node.id, to, message));
                case Effect.Broadcast(List<ReplicaId> to, Message message) -> {
                    checkProposals(message);
                    to.forEach(peer -> letters.add(new Letter(node.id, peer, message)));
                }
                case Effect.Persist persist -> node.unflushed.add(persist);
                case Effect.Learn(long instance, Value value) -> learn(node, instance, value);
                case Effect.ServeCatchUp(ReplicaId to, long from, long chosenUpTo) ->
                        serve(node, to, from, chosenUpTo);
                case Effect.FetchSnapshot(ReplicaId from, long instance) -> fetch(node, from);
                case Effect.Proposed proposed -> {}
                case Effect.Refused refused -> {}
                case Effect.TransferFailed failed -> {}
                case Effect.BecameCoordinator became -> {}
                case Effect.LostCoordinator lost -> {}
            }
        }

        /// A reign proposes one value at an instance and never another one: what its master
        /// speculated on is what its commands meet.
        private void checkProposals(Message message) {
            if (message instanceof Message.Accept accept) {
                for (int i = 0; i < accept.values().size(); i++) {
                    Value value = accept.values().get(i);
                    Proposal proposal = new Proposal(value.origin(), accept.first() + i);
                    Value before = proposals.putIfAbsent(proposal, value);
                    assertThat(before == null ? value : before).as("%s", proposal).isEqualTo(value);
                }
            }
        }

        private void learn(Node node, long instance, Value value) {
            assertThat(instance).as("learned in order by %s", node.id).isEqualTo(++node.applied);
            Value before = chosen.putIfAbsent(instance, value);
            assertThat(before == null ? value : before)
                    .as("chosen at %d", instance)
                    .isEqualTo(value);
        }

        private void serve(Node node, ReplicaId to, long from, long chosenUpTo) {
            Message answer =
                    from <= node.snapshot
                            ? new Message.SnapshotAvailable(node.snapshot, chosenUpTo)
                            : new Message.Chosen(
                                    from,
                                    List.copyOf(
                                            chosen.subMap(from, true, node.applied, true).values()),
                                    chosenUpTo);
            letters.add(new Letter(node.id, to, answer));
        }

        private void fetch(Node node, ReplicaId from) {
            Node source = node(from);
            boolean fails = faults && random.nextInt(3) == 0;
            if (fails || source.snapshot <= node.applied) {
                deferred(node, new Input.SnapshotFailed());
                return;
            }
            node.snapshot = source.snapshot;
            node.applied = source.snapshot;
            deferred(node, new Input.SnapshotInstalled(source.snapshot, membership));
        }

        /// An input that an effect causes is a step of its own.
        private void deferred(Node node, Input input) {
            Replica core = node.core.orElseThrow();
            List<Effect> effects = core.step(now, input);
            effects.forEach(effect -> perform(node, effect));
        }

        /// At most one replica holds the master lease (all clocks are the same here).
        private void checkLeases() {
            Map<ReplicaId, Long> holders = new TreeMap<>();
            for (Node node : nodes) {
                node.core
                        .filter(core -> core.isCoordinator() && core.leaseUntil() > now)
                        .ifPresent(core -> holders.put(node.id, core.leaseUntil()));
            }
            assertThat(holders).as("holders of the master lease").hasSizeLessThanOrEqualTo(1);
        }
    }
}
