package dev.ephor.examples;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.EmbeddedDatabase;
import dev.ephor.database.NoLeaseException;
import dev.ephor.log.Address;
import dev.ephor.log.Identity;
import dev.ephor.log.LogSettings;
import dev.ephor.log.Mastership;
import dev.ephor.log.RealDisk;
import dev.ephor.log.RealEnvironment;
import dev.ephor.log.Reporter;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A map on three replicas, which goes on when the one that serves it is gone. In a real program
/// each replica is a process of its own, on a machine of its own.
public final class ReplicatedMap {
    private static final Membership MEMBERS =
            Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3));

    private final BlockingQueue<Replica> masters = new LinkedBlockingQueue<>();
    private final List<Replica> replicas = new ArrayList<>();
    private Replica master;

    public static void main(String[] args) throws Exception {
        run(Files.createTempDirectory("replicated-map"), System.out);
    }

    static void run(Path directory, PrintStream out) throws Exception {
        ReplicatedMap cell = new ReplicatedMap(directory);
        cell.atMaster(map -> map.insert("greeting", Bytes.utf8("hello")).join());
        cell.atMaster(map ->
                map.compareAndSwap("greeting", Bytes.utf8("hello"), Bytes.utf8("hello, all"))
                        .join());
        out.println("read: " + cell.atMaster(map -> map.lookup("greeting").orElseThrow().utf8()));
        cell.master.close();
        cell.replicas.remove(cell.master);
        out.println("without its master: " + cell.atMaster(map -> map.range("a", "z")));
        for (Replica replica : cell.replicas) {
            replica.close();
        }
    }

    private ReplicatedMap(Path directory) throws IOException, InterruptedException {
        for (int number = 1; number <= 3; number++) {
            replicas.add(new Replica(number, directory, masters));
        }
        for (Replica one : replicas) {
            for (Replica other : replicas) {
                one.environment.peerAt(other.number, other.environment.listening());
            }
        }
        master = masters.take();
    }

    /// Tries at the master, and at the next one if this one is it no more.
    private <T> T atMaster(Function<Database, T> work) throws InterruptedException {
        while (true) {
            try {
                return work.apply(master.map);
            } catch (CompletionException | NoLeaseException notNow) {
                Replica next = masters.poll(100, TimeUnit.MILLISECONDS);
                master = next == null ? master : next;
            }
        }
    }

    /// One replica: a disk, an environment to run in, and the map.
    private static final class Replica implements DatabaseListener {
        final int number;
        final RealDisk disk;
        final RealEnvironment environment;
        final Database map = new Database(DatabaseLimits.DEFAULT, this);
        final EmbeddedDatabase embedded;
        final BlockingQueue<Replica> masters;

        Replica(int number, Path directory, BlockingQueue<Replica> masters) throws IOException {
            this.number = number;
            this.masters = masters;
            disk = RealDisk.open(directory.resolve("replica" + number));
            Identity identity =
                    Identity.bootstrap(
                            disk,
                            "map",
                            ReplicaId.of(number),
                            MEMBERS,
                            RandomGenerator.getDefault());
            environment =
                    RealEnvironment.start(
                            disk,
                            identity,
                            new Address("127.0.0.1", 0),
                            Map.of(),
                            new Silent(),
                            (message, cause) -> System.err.println(message));
            embedded = EmbeddedDatabase.open(identity, LogSettings.DEFAULT, environment, map);
        }

        @Override
        public void masterStarted(Mastership mastership) {
            masters.add(this);
        }

        void close() throws IOException {
            embedded.close();
            environment.close();
            disk.close();
        }
    }

    /// Real programs log what they are told.
    private static final class Silent implements Reporter {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    }
}
