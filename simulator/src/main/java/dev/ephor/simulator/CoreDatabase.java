package dev.ephor.simulator;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.DatabaseState;
import dev.ephor.database.MultiOp;
import dev.ephor.database.MultiOpResult;
import dev.ephor.database.Op;
import dev.ephor.database.Submitter;
import dev.ephor.log.Mastership;
import dev.ephor.log.SnapshotHandle;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A real database on top of a bare core, to see that speculation holds: a master makes each of its
/// operations for the state that it has in front of it, the undecided ones included, and says in
/// the operation which state that is. Where the operation takes effect, it must have met just that
/// one.
final class CoreDatabase {
    private static final Bytes NOTHING = CoreCommand.of(0, 8);

    /// What the operations so far come to.
    private static final String CHAIN = "chain";

    /// The chain that the last operation was made for.
    private static final String BEFORE = "before";

    private final CoreCell cell;
    private final CoreNode node;
    private final Outgoing outgoing = new Outgoing();
    private final Database database =
            new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});
    private Bytes speculative = NOTHING;
    private boolean master;

    /// The log for which operations are made: keeps the last one, for the caller to take it.
    private static final class Outgoing implements Submitter {
        private Bytes last = Bytes.EMPTY;

        @Override
        public CompletableFuture<MultiOpResult> submit(Bytes command) {
            last = command;
            return new CompletableFuture<>();
        }

        @Override
        public void stepDown(String why) {}
    }

    /// The core judges the lease; the database only wants to know the epoch.
    private record Reign(long epoch) implements Mastership {
        @Override
        public boolean leaseValid() {
            return true;
        }

        @Override
        public long leaseUntil() {
            return Long.MAX_VALUE;
        }
    }

    CoreDatabase(CoreCell cell, CoreNode node, RecordStore.Base base) {
        this.cell = cell;
        this.node = node;
        database.attach(outgoing, Runnable::run);
        restore(base);
    }

    void restore(RecordStore.Base base) {
        ends();
        database.restore(
                new SnapshotHandle(base.instance(), base.membership(), base.epoch()),
                base.database());
    }

    DatabaseState state() {
        return database.state();
    }

    /// @param epoch after the value
    /// @param own whether the epoch is that of this replica's present reign, so that it makes
    ///   operations from here on
    void learn(long instance, Value value, Epoch epoch, boolean own) {
        if (!epoch.equals(database.state().epoch())) {
            ends();
            database.epochChanged(epoch);
        }
        if (value instanceof Value.Commands(SequenceNumber _, List<Bytes> commands)) {
            for (Bytes command : commands) {
                CoreCommand.operation(command).ifPresent(operation -> apply(instance, operation));
            }
        }
        database.applied(instance);
        if (value instanceof Value.EpochStart && own) {
            speculative = chain(database.state());
            database.masterStarted(new Reign(epoch.number()));
            master = true;
        }
    }

    /// Whether operations can be made here.
    boolean isMaster() {
        return master;
    }

    void ends() {
        master = false;
        database.masterStopped();
    }

    /// An operation of this reign: whether it is proposed or refused, the next one builds on it.
    Bytes speculate(long ticket) {
        Bytes next = CoreCommand.of(Rng.mix(CoreCommand.ticket(speculative) ^ Rng.mix(ticket)), 8);
        database.propose(
                MultiOp.of(new Op.Insert(BEFORE, speculative), new Op.Insert(CHAIN, next)));
        speculative = next;
        return outgoing.last;
    }

    private void apply(long instance, Bytes operation) {
        Bytes met = chain(database.state());
        if (!(database.apply(instance, operation) instanceof MultiOpResult.Applied)) {
            cell.world.marks.reach("operation of a past mastership had no effect");
            return;
        }
        Optional<Bytes> before = database.state().lookup(BEFORE);
        cell.world.check(
                before.filter(met::equals).isPresent(),
                "speculation holds within an epoch",
                () ->
                        node.name
                                + ": an operation at "
                                + instance
                                + " took effect on another state than it was made for");
    }

    private static Bytes chain(DatabaseState state) {
        return state.lookup(CHAIN).orElse(NOTHING);
    }
}
