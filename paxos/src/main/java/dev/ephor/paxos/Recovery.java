package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What a new coordinator must propose before anything of its own (PML §4.1, §4.2), as the promises
/// of a majority say.
///
/// @param base the first instance that nobody in the majority knows to be chosen
/// @param entries from `base` on, contiguous: for each instance the accepted value with the highest
///   sequence number among the promises, or a no-op where none carries one (a gap)
public record Recovery(long base, List<Entry> entries) {
    public Recovery {
        entries = List.copyOf(entries);
    }

    /// @param sequence the new coordinator's, origin of the no-ops
    static Recovery of(SequenceNumber sequence, Collection<Message.Promise> promises) {
        long base = 1 + promises.stream().mapToLong(Message.Promise::chosenUpTo).max().orElse(0);
        TreeMap<Long, Entry> highest = new TreeMap<>();
        for (Message.Promise promise : promises) {
            for (Entry entry : promise.accepted()) {
                if (entry.instance() >= base) {
                    highest.merge(entry.instance(), entry, Recovery::higher);
                }
            }
        }
        List<Entry> entries = new ArrayList<>();
        long last = highest.isEmpty() ? base - 1 : highest.lastKey();
        for (long instance = base; instance <= last; instance++) {
            Entry entry = highest.get(instance);
            entries.add(
                    entry != null
                            ? entry
                            : new Entry(instance, SequenceNumber.NONE, new Value.NoOp(sequence)));
        }
        return new Recovery(base, entries);
    }

    private static Entry higher(Entry a, Entry b) {
        return b.sequence().isAbove(a.sequence()) ? b : a;
    }

    List<Value> values() {
        return entries.stream().map(Entry::value).toList();
    }

    /// The same, without what is known to be chosen.
    Recovery above(long chosenUpTo) {
        return chosenUpTo < base
                ? this
                : new Recovery(
                        chosenUpTo + 1,
                        entries.stream().filter(entry -> entry.instance() > chosenUpTo).toList());
    }

    /// The first entry that changes the members, where these are the members at `base`.
    Optional<Proposals.Change> change(Membership members) {
        for (Entry entry : entries) {
            Membership after = members.after(entry.instance(), entry.value());
            if (!after.equals(members)) {
                return Optional.of(new Proposals.Change(entry.instance(), after));
            }
        }
        return Optional.empty();
    }

    /// True where somebody else was coordinator since `sequence` and got a value accepted.
    boolean showsLaterThan(SequenceNumber sequence) {
        return entries.stream().anyMatch(entry -> entry.sequence().isAbove(sequence));
    }
}
