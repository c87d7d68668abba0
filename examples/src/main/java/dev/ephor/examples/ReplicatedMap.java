package dev.ephor.examples;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.EmbeddedDatabase;
import dev.ephor.database.NoLeaseException;
import dev.ephor.log.Address;
import dev.ephor.log.EmbeddedLog;
import dev.ephor.log.EmbeddedLog.Plan;
import dev.ephor.paxos.Bytes;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A map on three replicas, which goes on when the one that serves it is gone. In a real program
/// each replica is a process of its own, on a machine of its own.
public final class ReplicatedMap {
    private final List<EmbeddedDatabase> replicas = new ArrayList<>();
    private final BlockingQueue<Integer> masters = new LinkedBlockingQueue<>();
    private int master;

    public static void main(String... args) throws Exception {
        new ReplicatedMap().run(Files.createTempDirectory("replicated-map"), 7600, System.out);
    }

    void run(Path directory, int port, PrintStream out) throws Exception {
        SortedMap<Integer, Address> members = new TreeMap<>();
        List.of(1, 2, 3).forEach(n -> members.put(n, new Address("localhost", port + n)));
        for (int number : members.keySet()) {
            Plan plan = Plan.of("map", number, directory.resolve("replica-" + number), members);
            EmbeddedLog.bootstrap(plan); // once in a replica's life
            replicas.add(
                    EmbeddedDatabase.open(
                            plan, DatabaseListener.whenMaster(() -> masters.add(number))));
        }
        master = masters.take();
        atMaster(map -> map.insert("greeting", Bytes.utf8("hello")).join());
        out.println("at the master: " + atMaster(map -> map.lookup("greeting")));
        replicas.get(master - 1).close();
        master = masters.take();
        out.println("at the next one: " + atMaster(map -> map.range("a", "z")));
        replicas.forEach(EmbeddedDatabase::close);
    }

    /// Tries at the master, and at the next one once this one is it no more.
    private <T> T atMaster(Function<Database, T> work) throws InterruptedException {
        while (true) {
            try {
                return work.apply(replicas.get(master - 1).database());
            } catch (CompletionException | NoLeaseException notNow) {
                Integer next = masters.poll(100, TimeUnit.MILLISECONDS);
                master = next == null ? master : next;
            }
        }
    }
}
