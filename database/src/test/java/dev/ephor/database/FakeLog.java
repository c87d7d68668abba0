package dev.ephor.database;

import dev.ephor.log.Application;
import dev.ephor.log.Mastership;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A log of one replica without disk or network: values are chosen when the test says so.
final class FakeLog implements Submitter {
    /// A command that waits to be chosen.
    record Waiting(Bytes command, CompletableFuture<MultiOpResult> result) {}

    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    final List<String> steppedDown = new ArrayList<>();
    final List<Application<MultiOpResult>> replicas = new ArrayList<>();
    boolean lease = true;
    boolean refusing;

    private long instance;
    private long round;
    private Epoch epoch = Epoch.NONE;

    @Override
    public CompletableFuture<MultiOpResult> submit(Bytes command) {
        if (refusing) {
            return CompletableFuture.failedFuture(new IllegalStateException("refused"));
        }
        Waiting next = new Waiting(command, new CompletableFuture<>());
        waiting.add(next);
        return next.result();
    }

    @Override
    public void stepDown(String why) {
        steppedDown.add(why);
    }

    /// The first replica becomes master; what waits is still to be chosen, under the old origin.
    void elect() {
        SequenceNumber owner = new SequenceNumber(++round, ReplicaId.of(1));
        choose(new Value.EpochStart(owner));
        long number = epoch.number();
        replicas.getFirst().masterStarted(new Reign(number));
    }

    /// Chooses what waits, oldest first, one instance each.
    void chooseAll() {
        while (!waiting.isEmpty()) {
            chooseNext();
        }
    }

    MultiOpResult chooseNext() {
        Waiting next = waiting.remove();
        instance++;
        MultiOpResult mine = null;
        for (Application<MultiOpResult> replica : replicas) {
            MultiOpResult result = replica.apply(instance, next.command());
            mine = mine == null ? result : mine;
            replica.applied(instance);
        }
        next.result().complete(mine);
        return mine;
    }

    void dropNext() {
        waiting.remove().result().completeExceptionally(new IllegalStateException("not chosen"));
    }

    private void choose(Value value) {
        instance++;
        Epoch next = epoch.after(instance, value);
        boolean changed = !next.equals(epoch);
        epoch = next;
        for (Application<MultiOpResult> replica : replicas) {
            if (changed) {
                replica.epochChanged(next);
            }
            replica.applied(instance);
        }
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
            return lease && number == epoch.number();
        }

        @Override
        public long leaseUntil() {
            return lease ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }
}
