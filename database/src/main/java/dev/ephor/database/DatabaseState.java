package dev.ephor.database;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/// All that is replicated, as it was after some command. Immutable, so a reader keeps a consistent
/// picture for as long as it likes and a snapshot is one reference. Safe to share between threads.
public final class DatabaseState {
    /// Before the first instance.
    public static final DatabaseState EMPTY = new DatabaseState(Rows.EMPTY, Epoch.NONE, 0, 0, 0);

    private static final long EPOCH_SEED = 0x45706f6368L;
    private static final long POSITION_SEED = 0x506f736974696f6eL;

    private final Rows rows;
    private final Epoch epoch;
    private final long position;
    private final long instance;
    private final long rowSum;

    private DatabaseState(Rows rows, Epoch epoch, long position, long instance, long rowSum) {
        this.rows = rows;
        this.epoch = epoch;
        this.position = position;
        this.instance = instance;
        this.rowSum = rowSum;
    }

    /// A state out of its parts, with the checksum computed from all rows.
    static DatabaseState of(Rows rows, Epoch epoch, long position, long instance) {
        long sum = 0;
        for (var row : rows.all().entrySet()) {
            sum += hash(row.getKey(), row.getValue());
        }
        return new DatabaseState(rows, epoch, position, instance, sum);
    }

    public Rows rows() {
        return rows;
    }

    public Optional<Bytes> lookup(String key) {
        return Optional.ofNullable(rows.get(key));
    }

    /// The rows from `from` (inclusive) to `to` (exclusive), in order.
    public NavigableMap<String, Bytes> range(String from, String to) {
        return rows.range(from, to);
    }

    public Epoch epoch() {
        return epoch;
    }

    /// How many numbered commands took effect in this epoch.
    long position() {
        return position;
    }

    /// The last instance that is applied, at least in part.
    public long instance() {
        return instance;
    }

    /// Depends on every row, on the epoch and on nothing else: equal after the same commands,
    /// different (but for one case in 2⁶⁴) where a row differs. Known at once.
    public long checksum() {
        return rowSum
                + XxHash64.mix(epoch.number(), EPOCH_SEED)
                + XxHash64.mix(position, POSITION_SEED);
    }

    DatabaseState withEpoch(Epoch next) {
        return new DatabaseState(rows, next, 0, instance, rowSum);
    }

    DatabaseState withInstance(long next) {
        return next == instance ? this : new DatabaseState(rows, epoch, position, next, rowSum);
    }

    /// What a command makes of this state: the same on every replica.
    Step apply(long atInstance, Command command) {
        boolean numbered = command.position() != 0;
        if (command.epoch() != epoch.number() || numbered && command.position() != position + 1) {
            return new Step(
                    withInstance(atInstance), new MultiOpResult.EpochPassed(epoch.number()));
        }
        MultiOp multiOp = command.multiOp();
        boolean held = holds(multiOp.guards());
        List<Op> ops = held ? multiOp.then() : multiOp.otherwise();
        Changes changes = new Changes(rows, rowSum);
        // Who numbers commands knows what they do; the rows before them are not collected.
        List<Optional<Bytes>> before = numbered ? List.of() : new ArrayList<>(ops.size());
        for (Op op : ops) {
            Optional<Bytes> value = changes.run(op);
            if (!numbered) {
                before.add(value);
            }
        }
        return new Step(
                new DatabaseState(
                        changes.rows,
                        epoch,
                        numbered ? position + 1 : position,
                        atInstance,
                        changes.rowSum),
                new MultiOpResult.Applied(held, before));
    }

    private boolean holds(List<Guard> guards) {
        for (Guard guard : guards) {
            boolean held =
                    switch (guard) {
                        case Guard.Absent(String key) -> !rows.contains(key);
                        case Guard.Present(String key) -> rows.contains(key);
                        case Guard.Equals(String key, Bytes value) -> value.equals(rows.get(key));
                        case Guard.EpochIs(long number) -> number == epoch.number();
                    };
            if (!held) {
                return false;
            }
        }
        return true;
    }

    private static long hash(String key, Bytes value) {
        return XxHash64.hash(value, XxHash64.hashUnits(key, 0));
    }

    /// A state and what the command that led to it gave.
    record Step(DatabaseState state, MultiOpResult result) {}

    /// The rows while the operations of one command run, and the sum of their hashes.
    private static final class Changes {
        private Rows rows;
        private long rowSum;

        Changes(Rows rows, long rowSum) {
            this.rows = rows;
            this.rowSum = rowSum;
        }

        Optional<Bytes> run(Op op) {
            Bytes before = rows.get(op.key());
            switch (op) {
                case Op.Insert(String key, Bytes value) -> {
                    rowSum += hash(key, value);
                    rows = rows.with(key, value);
                    drop(key, before);
                }
                case Op.Delete(String key) -> {
                    rows = rows.without(key);
                    drop(key, before);
                }
                case Op.Lookup _ -> {}
            }
            return Optional.ofNullable(before);
        }

        private void drop(String key, @org.jspecify.annotations.Nullable Bytes before) {
            if (before != null) {
                rowSum -= hash(key, before);
            }
        }
    }
}
