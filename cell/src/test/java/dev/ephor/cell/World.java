package dev.ephor.cell;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.MultiOpResult;
import dev.ephor.database.Submitter;
import dev.ephor.log.Mastership;
import dev.ephor.log.Reporter;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A cell of several replicas and their clients in one thread, with a log that needs no network:
/// the test says when a command is chosen, who is master, and what time it is.
final class World {
    static final long MILLI = 1_000_000;

    final List<Replica> replicas = new ArrayList<>();
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    final List<String> reports = new ArrayList<>();
    final CellSettings settings;

    /// What is proposed is chosen at once.
    boolean prompt;

    /// The master has its lease.
    boolean lease = true;

    /// How many commands the log takes.
    int room = Integer.MAX_VALUE;

    long now = 1_000 * MILLI;

    /// The process stands still for so long right after it next asked for its lease.
    long pause;

    private final Map<StreamId, Client> streams = new HashMap<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private boolean settling;
    private long lastStream;
    private long instance;
    private long round;
    private Epoch epoch = Epoch.NONE;
    private Replica master;

    record Waiting(SequenceNumber origin, Bytes command, CompletableFuture<MultiOpResult> result) {}

    World() {
        this(CellSettings.DEFAULT, 1);
    }

    World(CellSettings settings, int count) {
        this(settings, count, true);
    }

    World(CellSettings settings, int count, boolean prompt) {
        this.prompt = prompt;
        this.settings = settings;
        for (int i = 1; i <= count; i++) {
            replicas.add(new Replica(i));
        }
        elect(1);
    }

    /// One replica: a database and a cell.
    final class Replica implements Submitter, Outbox, Clock {
        final int number;
        final Cell cell;
        final Database database;
        private long wakeAt = Long.MAX_VALUE;

        Replica(int number) {
            this.number = number;
            database =
                    new Database(
                            DatabaseLimits.DEFAULT,
                            new DatabaseListener() {
                                @Override
                                public void masterStarted(Mastership mastership) {
                                    cell().masterStarted(mastership);
                                }

                                @Override
                                public void masterStopped() {
                                    cell().masterStopped();
                                }
                            });
            cell =
                    new Cell(
                            settings,
                            "main",
                            database,
                            this,
                            this,
                            new Random(number),
                            new Reporter() {
                                @Override
                                public void info(String message) {
                                    reports.add(message);
                                }

                                @Override
                                public void warn(String message) {
                                    reports.add(message);
                                }
                            });
            database.attach(this, Runnable::run);
        }

        private Cell cell() {
            return cell;
        }

        @Override
        public CompletableFuture<MultiOpResult> submit(Bytes command) {
            if (room == 0 || master != this) {
                return CompletableFuture.failedFuture(new IllegalStateException("not taken"));
            }
            room--;
            Waiting next = new Waiting(epoch.owner(), command, new CompletableFuture<>());
            waiting.add(next);
            return next.result();
        }

        @Override
        public void stepDown(String why) {
            reports.add("step down: " + why);
        }

        @Override
        public void send(StreamId stream, ServerMessage message) {
            Client client = streams.get(stream);
            if (client != null) {
                client.receive(message);
            }
        }

        @Override
        public void end(StreamId stream, Goodbye goodbye) {
            Client client = streams.remove(stream);
            if (client != null) {
                client.ended(stream, goodbye);
            }
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void wakeAt(long nanoTime) {
            wakeAt = nanoTime;
        }
    }

    Replica master() {
        return master;
    }

    long epoch() {
        return epoch.number();
    }

    /// What the master has applied.
    View view() {
        return new View(master.database.state().rows());
    }

    /// Another replica, or the same anew, becomes master. Everything that waits is chosen before,
    /// and the old master does not live to tell anybody.
    void elect(int number) {
        elect(number, waiting.size());
    }

    /// So many of the commands that wait are chosen before the new master begins; the next one is
    /// lost, and those after it are chosen later, when it is too late for them.
    void elect(int number, int survivors) {
        if (master != null) {
            master.database.masterStopped();
        }
        for (int i = 0; i < survivors; i++) {
            choose();
        }
        List<Waiting> late = new ArrayList<>(waiting);
        waiting.clear();
        if (!late.isEmpty()) {
            late.removeFirst().result().completeExceptionally(new IllegalStateException("lost"));
        }
        master = replicas.get(number - 1);
        lease = true;
        choose(new Value.EpochStart(new SequenceNumber(++round, ReplicaId.of(number))));
        master.database.masterStarted(new Reign(epoch.number()));
        waiting.addAll(late);
        settle();
    }

    /// Chooses what waits, if the log is prompt, and lets clients say what they have to say.
    void settle() {
        if (settling) {
            return;
        }
        settling = true;
        while (prompt && !waiting.isEmpty() || !later.isEmpty()) {
            if (later.isEmpty()) {
                choose();
            } else {
                later.remove().run();
            }
        }
        settling = false;
    }

    /// Runs the action when the cell is not in the middle of something.
    void later(Runnable action) {
        later.add(action);
    }

    /// Chooses everything that waits.
    void chooseAll() {
        while (!waiting.isEmpty()) {
            choose();
        }
    }

    /// The oldest command that waits is chosen.
    void choose() {
        Waiting next = waiting.remove();
        advanceEpoch(new Value.Commands(next.origin(), List.of(next.command())));
        MultiOpResult result = null;
        for (Replica replica : replicas) {
            MultiOpResult same = replica.database.apply(instance, next.command());
            if (result != null && !result.equals(same)) {
                throw new AssertionError("replicas differ: " + result + ", " + same);
            }
            result = same;
            replica.database.applied(instance);
        }
        next.result().complete(result);
    }

    private void choose(Value value) {
        advanceEpoch(value);
        replicas.forEach(replica -> replica.database.applied(instance));
    }

    private void advanceEpoch(Value value) {
        instance++;
        Epoch next = epoch.after(instance, value);
        // A late command of an earlier master has an origin of its own; in a real log it could be
        // chosen under a later coordinator only before that one's EpochStart. Here it must not end
        // the epoch of the master that the test wants.
        if (!next.equals(epoch) && value instanceof Value.EpochStart) {
            epoch = next;
            replicas.forEach(replica -> replica.database.epochChanged(next));
        }
    }

    /// Time passes, and what is due happens at its time.
    void advance(long millis) {
        long target = now + millis * MILLI;
        while (true) {
            settle();
            Replica first = replicas.getFirst();
            for (Replica replica : replicas) {
                first = replica.wakeAt < first.wakeAt ? replica : first;
            }
            if (first.wakeAt > target) {
                break;
            }
            now = Math.max(now, first.wakeAt);
            first.wakeAt = Long.MAX_VALUE;
            first.cell.tick();
        }
        now = target;
    }

    /// Something reaches a replica from a client.
    void deliver(Replica to, StreamId stream, ClientMessage message) {
        to.cell.received(stream, message);
        settle();
    }

    StreamId open(Client client) {
        StreamId stream = new StreamId(++lastStream);
        streams.put(stream, client);
        return stream;
    }

    void close(Replica at, StreamId stream) {
        streams.remove(stream);
        at.cell.closed(stream);
        settle();
    }

    /// A client with a session of its own.
    Client client() {
        return client(0);
    }

    Client client(int leaseMillis) {
        Client client = new Client(this, leaseMillis);
        client.connect();
        return client;
    }

    private final class Reign implements Mastership {
        private final long number;

        Reign(long number) {
            this.number = number;
        }

        @Override
        public long epoch() {
            return number;
        }

        @Override
        public boolean leaseValid() {
            boolean valid = lease && number == epoch.number();
            now += pause;
            pause = 0;
            return valid;
        }

        @Override
        public long leaseUntil() {
            return lease ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }
}
