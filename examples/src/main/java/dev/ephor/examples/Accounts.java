package dev.ephor.examples;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.EmbeddedDatabase;
import dev.ephor.database.Guard;
import dev.ephor.database.MultiOp;
import dev.ephor.database.MultiOpResult;
import dev.ephor.database.NoLeaseException;
import dev.ephor.database.Op;
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

/// Money in the rows of a replicated map, moved from one to another by MultiOps: a transfer takes
/// place as a whole, once, or not at all, whoever dies meanwhile. docs/DATABASE.md walks through
/// it.
public final class Accounts {
    private final List<EmbeddedDatabase> replicas = new ArrayList<>();
    private final BlockingQueue<Integer> masters = new LinkedBlockingQueue<>();
    private int master;

    public static void main(String... args) throws Exception {
        new Accounts().run(Files.createTempDirectory("accounts"), 7620, System.out);
    }

    void run(Path directory, int port, PrintStream out) throws Exception {
        SortedMap<Integer, Address> members = new TreeMap<>();
        List.of(1, 2, 3).forEach(n -> members.put(n, new Address("localhost", port + n)));
        for (int number : members.keySet()) {
            Plan plan = Plan.of("accounts", number, directory.resolve("r" + number), members);
            EmbeddedLog.bootstrap(plan); // once in a replica's life
            replicas.add(
                    EmbeddedDatabase.open(
                            plan, DatabaseListener.whenMaster(() -> masters.add(number))));
        }
        master = masters.take();
        atMaster(map -> map.execute(MultiOp.of(put("anna", 100), put("ben", 0))).join());
        for (int i = 1; i <= 4; i++) {
            out.println(transfer("monday-" + i, "anna", "ben", 30));
        }
        replicas.get(master - 1).close();
        master = masters.take();
        out.println("again: " + transfer("monday-1", "anna", "ben", 30));
        out.println("balances: " + atMaster(map -> map.range("anna", "bez")));
        replicas.forEach(EmbeddedDatabase::close);
    }

    /// Reads, decides, and writes only if what was read is still so; else begins again. The row of
    /// the transfer itself is written with the others, so that it takes place once, however often
    /// it is asked for, even where the answer to the first time was lost.
    private String transfer(String id, String from, String to, long amount)
            throws InterruptedException {
        String done = "transfers/" + id;
        return atMaster(map -> {
            while (true) {
                if (map.lookup(done).isPresent()) {
                    return id + ": done already";
                }
                long left = balance(map, from);
                long there = balance(map, to);
                if (left < amount) {
                    return id + ": refused, " + from + " has " + left;
                }
                MultiOp move =
                        new MultiOp(
                                List.of(new Guard.Absent(done), has(from, left), has(to, there)),
                                List.of(
                                        put(from, left - amount),
                                        put(to, there + amount),
                                        new Op.Insert(done, Bytes.EMPTY)),
                                List.of());
                if (map.execute(move).join() instanceof MultiOpResult.Applied applied
                        && applied.guardsHeld()) {
                    return id + ": " + amount + " from " + from + " to " + to;
                }
            }
        });
    }

    private static long balance(Database map, String account) {
        return Long.parseLong(map.lookup(account).orElseThrow().utf8());
    }

    private static Op put(String account, long balance) {
        return new Op.Insert(account, Bytes.utf8(Long.toString(balance)));
    }

    private static Guard has(String account, long balance) {
        return new Guard.Equals(account, Bytes.utf8(Long.toString(balance)));
    }

    /// Tries at the master, and at the next one once this one is it no more. What is tried here may
    /// be tried twice.
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
