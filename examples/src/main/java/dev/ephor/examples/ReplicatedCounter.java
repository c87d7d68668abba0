package dev.ephor.examples;

import dev.ephor.log.Address;
import dev.ephor.log.Application;
import dev.ephor.log.EmbeddedLog;
import dev.ephor.log.EmbeddedLog.Plan;
import dev.ephor.log.Mastership;
import dev.ephor.log.NotMasterException;
import dev.ephor.log.OverloadedException;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A counter on three replicas, on the log alone: what a state machine of one's own has to bring,
/// and how its commands are submitted. docs/LOG.md walks through it.
public final class ReplicatedCounter {
    private final List<EmbeddedLog<Long>> replicas = new ArrayList<>();
    private final BlockingQueue<Integer> masters = new LinkedBlockingQueue<>();
    private int master;

    public static void main(String... args) throws Exception {
        new ReplicatedCounter()
                .run(Files.createTempDirectory("replicated-counter"), 7610, System.out);
    }

    void run(Path directory, int port, PrintStream out) throws Exception {
        SortedMap<Integer, Address> members = new TreeMap<>();
        List.of(1, 2, 3).forEach(n -> members.put(n, new Address("localhost", port + n)));
        for (int number : members.keySet()) {
            Plan plan = Plan.of("counter", number, directory.resolve("replica-" + number), members);
            EmbeddedLog.bootstrap(plan); // once in a replica's life
            Counter counter = new Counter(() -> masters.add(number));
            replicas.add(EmbeddedLog.open(plan, counter));
        }
        master = masters.take();
        for (int i = 1; i <= 10; i++) {
            out.println("add " + i + ": " + add(i));
        }
        replicas.get(master - 1).close();
        master = masters.take();
        out.println("at the next master, add 45: " + add(45));
        replicas.forEach(EmbeddedLog::close);
    }

    /// Adds at whoever is master. What is refused had no effect and is tried again; of anything
    /// else, an unknown outcome above all, adding again could count twice.
    private long add(long amount) throws InterruptedException {
        while (true) {
            try {
                return replicas.get(master - 1).log().submit(Counter.add(amount)).join();
            } catch (CompletionException e) {
                switch (e.getCause()) {
                    case NotMasterException _, OverloadedException _ -> {
                        Integer next = masters.poll(100, TimeUnit.MILLISECONDS);
                        master = next == null ? master : next;
                    }
                    case null, default -> throw e;
                }
            }
        }
    }

    /// The state machine. Every replica has one, and is given the same commands in the same order.
    /// Only the log's loop calls it.
    private static final class Counter implements Application<Long> {
        private final Runnable whenMaster;
        private long value;

        Counter(Runnable whenMaster) {
            this.whenMaster = whenMaster;
        }

        static Bytes add(long amount) {
            return Bytes.utf8(Long.toString(amount));
        }

        @Override
        public Long apply(long instance, Bytes command) {
            value += Long.parseLong(command.utf8());
            return value;
        }

        /// A snapshot stands for all commands before it, so that the log need not keep them.
        @Override
        public SnapshotWriter snapshot() {
            long held = value;
            return out -> new DataOutputStream(out).writeLong(held);
        }

        @Override
        public Object read(SnapshotHandle handle, InputStream in) throws IOException {
            return new DataInputStream(in).readLong();
        }

        @Override
        public void restore(SnapshotHandle handle, Object restored) {
            value = (Long) restored;
        }

        /// Replicas compare it at equal instances: the odd one out stops.
        @Override
        public OptionalLong checksum() {
            return OptionalLong.of(value);
        }

        @Override
        public void masterStarted(Mastership mastership) {
            whenMaster.run();
        }

        @Override
        public void masterStopped() {}

        @Override
        public void epochChanged(Epoch epoch) {}

        @Override
        public void applied(long instance) {}
    }
}
