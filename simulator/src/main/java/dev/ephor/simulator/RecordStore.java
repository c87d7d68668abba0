package dev.ephor.simulator;

import dev.ephor.database.DatabaseState;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Record;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The simplest disk that a bare core can have: a list of records, of which a beginning is durable,
/// and a snapshot. Outlives the processes of its replica.
final class RecordStore {
    private List<Record> records = new ArrayList<>();
    private long first;
    private int durable;
    private boolean everStarted;
    private Base base;

    /// What a snapshot says: the state after an instance. The state is a digest of everything, and
    /// that of a database.
    record Base(
            long instance,
            Membership membership,
            Epoch epoch,
            long digest,
            DatabaseState database) {}

    /// Gets every record as it becomes durable.
    interface Witness {
        void durable(Record record);
    }

    RecordStore(Membership membership) {
        base = new Base(0, membership, Epoch.NONE, 0, DatabaseState.EMPTY);
    }

    Base base() {
        return base;
    }

    /// The position after the last record, counted from the first that was ever written.
    long end() {
        return first + records.size();
    }

    void append(List<Record> added) {
        records.addAll(added);
    }

    /// The records below the position are safe from here on.
    void flushed(long position, Witness witness) {
        for (; first + durable < position; durable++) {
            witness.durable(records.get(durable));
        }
    }

    /// Power fails: of what was not flushed some beginning survives (a record that is torn is cut).
    void crash(Rng rng, Witness witness) {
        flushed(first + rng.between(durable, records.size()), witness);
        records = new ArrayList<>(records.subList(0, durable));
    }

    /// What a replica reads when it starts.
    Recovered recover() {
        if (!everStarted) {
            everStarted = true;
            return Recovered.nothing(base.membership());
        }
        return Recovered.replay(base.instance(), base.membership(), records);
    }

    /// The newest value at each instance of the range, as far as the log holds one for all before.
    List<Value> values(long from, long upTo) {
        Map<Long, Value> newest = new HashMap<>();
        for (Record record : records) {
            switch (record) {
                case Record.Accepted(long instance, SequenceNumber _, Value value) ->
                        newest.put(instance, value);
                case Record.Chosen(long instance, Value value) -> newest.put(instance, value);
                case Record.Promised _, Record.ChosenUpTo _ -> {}
            }
        }
        List<Value> values = new ArrayList<>();
        for (long instance = from; instance <= upTo; instance++) {
            Value value = newest.get(instance);
            if (value == null) {
                break;
            }
            values.add(value);
        }
        return values;
    }

    /// Replaces everything durable up to the snapshot by the snapshot.
    void compact(Base snapshot) {
        SequenceNumber promised = SequenceNumber.NONE;
        long chosen = 0;
        List<Record> kept = new ArrayList<>();
        for (Record record : records.subList(0, durable)) {
            switch (record) {
                case Record.Promised(SequenceNumber sequence) -> promised = max(promised, sequence);
                case Record.ChosenUpTo(long instance) -> chosen = Math.max(chosen, instance);
                case Record.Accepted accepted -> {
                    promised = max(promised, accepted.sequence());
                    keep(kept, accepted.instance(), accepted, snapshot);
                }
                case Record.Chosen known -> keep(kept, known.instance(), known, snapshot);
            }
        }
        kept.addFirst(new Record.Promised(promised));
        kept.add(new Record.ChosenUpTo(chosen));
        int safe = kept.size();
        kept.addAll(records.subList(durable, records.size()));
        first += durable - safe;
        records = kept;
        durable = safe;
        base = snapshot;
    }

    private static void keep(List<Record> kept, long instance, Record record, Base snapshot) {
        if (instance > snapshot.instance()) {
            kept.add(record);
        }
    }

    private static SequenceNumber max(SequenceNumber a, SequenceNumber b) {
        return a.isAbove(b) ? a : b;
    }
}
