package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A cell in one thread, under a time of its own: each replica with its disk, joined by a network
/// that can be told what to lose.
final class VirtualCell {
    private static final long MILLI = 1_000_000;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random;
    private LogSettings settings;
    private final Membership members;
    private final TreeMap<Integer, Node> nodes = new TreeMap<>();
    private final TreeMap<Integer, Node> twins = new TreeMap<>();

    /// Says of a frame, from one replica to another, whether it is lost.
    BiPredicate<ReplicaId, Sent> lose = (from, sent) -> false;

    /// What becomes of a frame on its way.
    UnaryOperator<Frame> change = frame -> frame;

    /// A frame on its way.
    record Sent(ReplicaId to, Frame frame) {}

    VirtualCell(int replicas, LogSettings settings, long seed) throws IOException {
        this.settings = settings;
        this.random = new SplittableRandom(seed);
        List<ReplicaId> ids = new ArrayList<>();
        for (int number = 1; number <= replicas; number++) {
            ids.add(ReplicaId.of(number));
        }
        this.members = Membership.of(ids);
        for (ReplicaId id : ids) {
            MemoryDisk disk = new MemoryDisk();
            Identity.bootstrap(disk, "test", id, members, random);
            nodes.put(id.number(), new Node(id.number(), disk));
        }
    }

    /// A machine with an empty disk.
    Node add(int number) {
        Node node = new Node(number, new MemoryDisk());
        nodes.put(number, node);
        return node;
    }

    /// A second machine under a number that is taken; nothing reaches it but what is for an
    /// applicant.
    Node addTwin(int number) {
        Node twin = new Node(number, new MemoryDisk());
        twins.put(number, twin);
        return twin;
    }

    Node node(int number) {
        return nodes.get(number);
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    void startAll() throws IOException {
        for (Node node : nodes.values()) {
            node.start();
        }
    }

    /// Who starts from now on does so with these settings.
    void use(LogSettings other) {
        settings = other;
    }

    /// Nanoseconds since some time.
    long now() {
        return time.now();
    }

    /// The replica whose lease runs, and whose application knows that it is master.
    @Nullable Node master() {
        for (Node node : nodes.values()) {
            Mastership mastership = node.isUp() ? node.application.mastership() : null;
            if (mastership != null && mastership.leaseValid()) {
                return node;
            }
        }
        return null;
    }

    Node awaitMaster() {
        await(20_000, () -> master() != null);
        return Objects.requireNonNull(master());
    }

    /// Lets time pass until the condition holds.
    void await(long millis, BooleanSupplier condition) {
        time.await(millis, condition);
    }

    /// A frame that was held up on its way arrives now.
    void arrive(ReplicaId from, Sent late) {
        Node target = nodes.get(late.to().number());
        World running = target == null ? null : target.world;
        if (running != null) {
            running.deliver(from, late.to(), FrameCodec.encode(late.frame()));
        }
    }

    void run(long millis) {
        time.run(millis);
    }

    /// Submits at the master until it is acknowledged.
    void submit(String command) {
        while (true) {
            var future = awaitMaster().log().submit(Bytes.utf8(command));
            await(60_000, future::isDone);
            if (!future.isCompletedExceptionally()) {
                return;
            }
        }
    }

    /// One replica: its disk outlives it.
    final class Node {
        final int number;
        MemoryDisk disk;
        final List<String> told = new ArrayList<>();
        ListApplication application = new ListApplication();

        /// What runs from the next start on.
        Supplier<ListApplication> release = ListApplication::new;

        private @Nullable ReplicatedLog<Integer> log;
        @Nullable World world;
        @Nullable String fatal;
        final List<Integer> forgotten = new ArrayList<>();

        /// How long its disk takes to flush.
        long flushNanos;

        Node(int number, MemoryDisk disk) {
            this.number = number;
            this.disk = disk;
        }

        boolean isUp() {
            return world != null;
        }

        ReplicatedLog<Integer> log() {
            if (log == null) {
                throw new IllegalStateException("replica is down");
            }
            return log;
        }

        ReplicaStatus status() {
            return log().status();
        }

        void start() throws IOException {
            World started = new World(this);
            application = release.get();
            world = started;
            fatal = null;
            log = ReplicatedLog.open(Seat.of("test", number), settings, started, application);
        }

        /// The machine stops: what was not flushed may be lost.
        void crash() {
            world = null;
            disk.restart(random);
        }

        /// The process stops, and the machine goes on: what was written is there.
        void crashKeepingWrites() {
            world = null;
        }

        /// The machine stops as soon as it has done so many more operations on its disk.
        void crashAfter(long operations) {
            disk.crashAfter(operations);
        }

        void stopCleanly() {
            log().close();
            await(1_000, log().closed()::isDone);
            crash();
        }
    }

    /// What a running replica sees; its tasks are dropped once it is down.
    final class World implements Environment, Network {
        private final Node node;
        private @Nullable Receiver receiver;
        private ReplicaId self;
        private long diskBusyUntil;

        /// While a task of the disk runs: how long the flushes in it took so far are this many.
        private long flushesBefore = -1;

        World(Node node) {
            this.node = node;
            this.self = new ReplicaId(node.number, 0);
        }

        /// A task of the disk ends later than it began.
        private long spent() {
            return flushesBefore < 0 ? 0 : (node.disk.flushes() - flushesBefore) * node.flushNanos;
        }

        private void onDisk(Runnable task) {
            if (time.now() < diskBusyUntil) {
                time.at(diskBusyUntil, () -> onDisk(task));
                return;
            }
            if (node.world == this) {
                flushesBefore = node.disk.flushes();
                try {
                    task.run();
                } catch (MemoryDisk.Crash e) {
                    node.crash();
                } finally {
                    diskBusyUntil = time.now() + spent();
                    flushesBefore = -1;
                }
            }
        }

        private void later(long delay, Runnable task) {
            time.at(
                    time.now() + spent() + delay,
                    () -> {
                        if (node.world == this) {
                            try {
                                task.run();
                            } catch (MemoryDisk.Crash e) {
                                node.crash();
                            }
                        }
                    });
        }

        @Override
        public long nanoTime() {
            return time.now() + spent();
        }

        @Override
        public RandomGenerator random() {
            return random;
        }

        @Override
        public Executor loop() {
            return task -> later(0, task);
        }

        @Override
        public Executor diskExecutor() {
            return task -> time.at(time.now() + spent(), () -> onDisk(task));
        }

        @Override
        public Executor background() {
            return task -> later(0, task);
        }

        @Override
        public Executor errands() {
            return task -> later(0, task);
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            boolean[] cancelled = {false};
            later(
                    delayNanos,
                    () -> {
                        if (!cancelled[0]) {
                            task.run();
                        }
                    });
            return () -> cancelled[0] = true;
        }

        @Override
        public Disk disk() {
            return node.disk;
        }

        @Override
        public Network network() {
            return this;
        }

        @Override
        public Reporter reporter() {
            return new TestLog.Lines(node.told);
        }

        @Override
        public void fatal(String message, Throwable cause) {
            node.fatal = message;
            node.world = null;
        }

        @Override
        public void start(ReplicaId replica, long store, Receiver to) {
            self = replica;
            receiver = to;
        }

        @Override
        public void send(Collection<ReplicaId> to, Bytes frame) {
            Frame decoded;
            try {
                decoded = FrameCodec.decode(frame);
            } catch (MalformedException e) {
                throw new AssertionError("a replica sends what nobody understands", e);
            }
            Bytes arriving = FrameCodec.encode(change.apply(decoded));
            ReplicaId from = self;
            for (ReplicaId replica : to) {
                if (!lose.test(from, new Sent(replica, decoded))) {
                    long delay = random.nextLong(MILLI / 10, MILLI);
                    time.at(time.now() + delay, () -> deliver(from, replica, arriving));
                }
            }
        }

        /// What is for another incarnation is lost.
        private void deliver(ReplicaId from, ReplicaId to, Bytes frame) {
            boolean twin = to.incarnation() == 0 && twins.containsKey(to.number());
            Node target = (twin ? twins : nodes).get(to.number());
            World other = target == null ? null : target.world;
            if (other != null) {
                other.later(
                        0,
                        () -> {
                            if (other.receiver != null && other.self.equals(to)) {
                                other.receiver.receive(from, frame);
                            }
                        });
            }
        }

        @Override
        public void sendToAll(Bytes frame) {
            List<ReplicaId> others = new ArrayList<>();
            for (Node other : nodes.values()) {
                if (other.world != null && other.world != this) {
                    others.add(other.world.self);
                }
            }
            send(others, frame);
        }

        @Override
        public Address address() {
            return new Address("replica", node.number);
        }

        @Override
        public void locate(ReplicaId replica, Address address) {}

        @Override
        public void forget(int number) {
            node.forgotten.add(number);
        }

        @Override
        public long queuedBytes(ReplicaId to) {
            return 0;
        }

        @Override
        public void close() {
            receiver = null;
        }
    }
}
