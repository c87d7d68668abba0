package dev.ephor.paxos;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a replica knows when it starts: its durable state, as its disk gave it back.
///
/// @param base the instance that the newest snapshot covers, 0 for none: the application is at this
///   instance
/// @param membership the members after `base`
/// @param promised the highest sequence number promised
/// @param entries accepted entries above `base`, the newest for each instance
/// @param chosenUpTo entries up to here are known to be chosen; at least `base`
/// @param firstStart true where this replica has never run before on this disk: it cannot have
///   granted a lease, so it need not wait one out
public record Recovered(
        long base,
        Membership membership,
        SequenceNumber promised,
        SortedMap<Long, Entry> entries,
        long chosenUpTo,
        boolean firstStart) {
    public Recovered {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        Check.that(
                entries.isEmpty() || entries.firstKey() > base, "entries lie above the snapshot");
        Check.that(chosenUpTo >= base, "what a snapshot covers is chosen");
        for (Entry entry : entries.values()) {
            Check.that(
                    !entry.sequence().isAbove(promised),
                    "an accepted value implies the promise of its number");
        }
    }

    /// A replica that has never run.
    public static Recovered nothing(Membership membership) {
        return new Recovered(0, membership, SequenceNumber.NONE, new TreeMap<>(), 0, true);
    }

    /// Replays records, in the order in which they were written, on top of a snapshot at `base`.
    public static Recovered replay(long base, Membership membership, Iterable<Record> records) {
        Replay replay = new Replay(base);
        for (Record record : records) {
            replay.add(record);
        }
        return replay.result(membership);
    }

    /// Collects records one by one; not thread-safe.
    public static final class Replay {
        private final long base;
        private final TreeMap<Long, Entry> entries = new TreeMap<>();
        private SequenceNumber promised = SequenceNumber.NONE;
        private long chosenUpTo;

        public Replay(long base) {
            this.base = base;
            this.chosenUpTo = base;
        }

        public void add(Record record) {
            switch (record) {
                case Record.Promised(SequenceNumber sequence) -> promise(sequence);
                case Record.Accepted(long instance, SequenceNumber sequence, Value value) -> {
                    promise(sequence);
                    put(new Entry(instance, sequence, value));
                }
                case Record.Chosen(long instance, Value value) -> {
                    put(new Entry(instance, SequenceNumber.NONE, value));
                    // Catch-up is contiguous: what is below was known to be chosen, too.
                    chosenUpTo = Math.max(chosenUpTo, instance);
                }
                case Record.ChosenUpTo(long instance) ->
                        chosenUpTo = Math.max(chosenUpTo, instance);
            }
        }

        private void promise(SequenceNumber sequence) {
            if (sequence.isAbove(promised)) {
                promised = sequence;
            }
        }

        private void put(Entry entry) {
            if (entry.instance() > base) {
                entries.put(entry.instance(), entry);
            }
        }

        /// A chosen hint counts only as far as the entries reach: the hint may be on disk although
        /// an entry that a snapshot covered is gone with its segment.
        public Recovered result(Membership membership) {
            long known = base;
            while (known < chosenUpTo && entries.containsKey(known + 1)) {
                known++;
            }
            return new Recovered(base, membership, promised, entries, known, false);
        }
    }
}
