package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What this replica has accepted, instance by instance, and how far it knows the values to be
/// chosen. Holds in memory everything that is not known to be chosen and a bounded tail of what is;
/// the rest is in the replay log.
final class Ledger {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final Settings settings;

    /// Every instance up to here is covered by a snapshot and may be gone from the replay log.
    private long base;

    /// For every instance up to here this replica holds the chosen value: contiguous from `base`.
    private long chosenUpTo;

    /// The members for the instance after `chosenUpTo`, as the values up to there define them.
    private Membership membership;

    /// Chosen values above this one are in memory.
    private long evictedUpTo;

    /// Bytes of the values in memory that are known to be chosen.
    private long tailBytes;

    /// Bytes of the values in memory that are not known to be chosen.
    private long undecidedBytes;

    /// How far `Learn` was handed out.
    private long learnedUpTo;

    /// How far a `ChosenUpTo` record was handed out.
    private long notedUpTo;

    Ledger(Settings settings, Recovered recovered) {
        this.settings = settings;
        this.base = recovered.base();
        this.evictedUpTo = base;
        this.learnedUpTo = base;
        this.notedUpTo = recovered.chosenUpTo();
        this.chosenUpTo = base;
        this.membership = recovered.membership();
        entries.putAll(recovered.entries());
        undecidedBytes = bytesAbove(base);
        while (chosenUpTo < recovered.chosenUpTo()) {
            Check.that(entries.containsKey(chosenUpTo + 1), "what is chosen is held");
            chooseNext();
        }
    }

    long base() {
        return base;
    }

    long chosenUpTo() {
        return chosenUpTo;
    }

    /// Who the members are for the first instance that is not known to be chosen.
    Membership membership() {
        return membership;
    }

    /// Chosen values above this instance can be had from memory.
    long evictedUpTo() {
        return evictedUpTo;
    }

    Optional<Entry> get(long instance) {
        return Optional.ofNullable(entries.get(instance));
    }

    /// Bytes of the values in memory that are not known to be chosen.
    long undecidedBytes() {
        return undecidedBytes;
    }

    /// The highest instance that a value is held for; `chosenUpTo` where none lies above it.
    long last() {
        return entries.isEmpty() ? chosenUpTo : Math.max(chosenUpTo, entries.lastKey());
    }

    /// Takes an accepted value in. What is known to be chosen stays as it is.
    void accept(Entry entry) {
        Check.that(entry.instance() > chosenUpTo, "a chosen value is not accepted again");
        Entry before = entries.get(entry.instance());
        if (before != null) {
            Check.that(
                    !before.sequence().isAbove(entry.sequence()),
                    "accepted sequence numbers never fall");
            Check.that(
                    !before.sequence().equals(entry.sequence())
                            || before.value().equals(entry.value()),
                    "within one sequence number an instance has one value");
        }
        undecidedBytes += sizeOf(entry) - sizeOf(before);
        entries.put(entry.instance(), entry);
    }

    private static int sizeOf(@Nullable Entry entry) {
        return entry == null ? 0 : entry.value().size();
    }

    private long bytesAbove(long instance) {
        long bytes = 0;
        for (Entry entry : entries.tailMap(instance, false).values()) {
            bytes += sizeOf(entry);
        }
        return bytes;
    }

    /// Takes in the chosen value of the first instance not yet known to be chosen, whatever was
    /// accepted there.
    void choose(long instance, Value value) {
        Check.that(instance == chosenUpTo + 1, "catch-up is contiguous");
        Entry chosen = new Entry(instance, SequenceNumber.NONE, value);
        undecidedBytes += sizeOf(chosen) - sizeOf(entries.put(instance, chosen));
        chooseNext();
    }

    /// Commit (PML §4.1): the coordinator of `sequence` says that every instance up to `upTo` is
    /// chosen. That says what the value is only where this replica accepted it under that very
    /// sequence number: an older value may sit there.
    void commit(SequenceNumber sequence, long upTo) {
        while (chosenUpTo < upTo && isAcceptedUnder(chosenUpTo + 1, sequence)) {
            chooseNext();
        }
    }

    boolean isAcceptedUnder(long instance, SequenceNumber sequence) {
        Entry entry = entries.get(instance);
        return entry != null && entry.sequence().equals(sequence);
    }

    private void chooseNext() {
        chosenUpTo++;
        Entry entry = entries.get(chosenUpTo);
        Check.that(entry != null, "what is chosen is held");
        if (entry != null) {
            undecidedBytes -= sizeOf(entry);
            tailBytes += sizeOf(entry);
            membership = membership.after(chosenUpTo, entry.value());
        }
    }

    /// A value that is known to be chosen is chosen for ever; where it is still in memory, compare.
    void checkAgainstChosen(long instance, Value value) {
        Entry entry = entries.get(instance);
        if (instance <= chosenUpTo && entry != null) {
            Check.that(
                    entry.value().equals(value),
                    "at most one value is chosen at instance " + instance);
        }
    }

    /// Every entry from the instance on, in order; none of them is evicted.
    List<Entry> from(long instance) {
        return new ArrayList<>(entries.tailMap(instance, true).values());
    }

    /// The contiguous values from `first` to `last` at most, at least one where there is one, and
    /// no more than the batch limit in bytes.
    List<Value> batch(long first, long last) {
        List<Value> values = new ArrayList<>();
        long bytes = 0;
        for (long i = first; i <= last; i++) {
            Entry entry = entries.get(i);
            if (entry == null
                    || (!values.isEmpty()
                            && bytes + entry.value().size() > settings.batchBytes())) {
                break;
            }
            values.add(entry.value());
            bytes += entry.value().size();
        }
        return values;
    }

    /// A snapshot replaced everything up to the instance.
    void installed(long instance, Membership after) {
        Check.that(instance > chosenUpTo, "a snapshot is installed only over what is older");
        entries.headMap(instance, true).clear();
        base = instance;
        chosenUpTo = instance;
        membership = after;
        evictedUpTo = instance;
        learnedUpTo = instance;
        notedUpTo = instance;
        tailBytes = 0;
        undecidedBytes = bytesAbove(instance);
        // What was accepted above may follow on it directly, but whether it is chosen is yet to be
        // heard.
    }

    /// The replay log begins after this instance.
    void truncated(long instance) {
        Check.that(instance <= chosenUpTo, "only what is chosen is truncated");
        base = Math.max(base, instance);
    }

    /// Hands out what was newly learned, then lets go of what is beyond the tail.
    void learn(Outbox outbox) {
        while (learnedUpTo < chosenUpTo) {
            Entry entry = entries.get(++learnedUpTo);
            Check.that(entry != null, "what is learned is in memory");
            if (entry != null) {
                outbox.add(new Effect.Learn(learnedUpTo, entry.value()));
            }
        }
        while (evictedUpTo < chosenUpTo
                && (chosenUpTo - evictedUpTo > settings.tailEntries()
                        || tailBytes > settings.tailBytes())) {
            Entry gone = entries.remove(++evictedUpTo);
            tailBytes -= gone == null ? 0 : gone.value().size();
        }
    }

    /// The same, where the members changed since. This one is to be flushed: new voters who forgot
    /// that they are voters, together with old ones who are gone, could elect nobody.
    Optional<Record> membersNote() {
        return membership.since() > notedUpTo ? chosenNote() : Optional.empty();
    }

    /// The hint for a restart, where there is news since the last one.
    Optional<Record> chosenNote() {
        if (notedUpTo == chosenUpTo) {
            return Optional.empty();
        }
        notedUpTo = chosenUpTo;
        return Optional.of(new Record.ChosenUpTo(chosenUpTo));
    }
}
