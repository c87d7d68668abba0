package dev.ephor.paxos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The acceptor's half of the protocol: what was promised, and which prefix of the current
/// coordinator's instances is accepted here. Every change becomes a record first; the answers
/// travel inside the record's effect.
final class Acceptor {
    private final Ledger ledger;
    private final Outbox outbox;

    /// Nothing below it is promised or accepted. Durable: the records of it are handed out before
    /// it is used.
    private SequenceNumber promised;

    /// Whose prefix is counted.
    private SequenceNumber following = SequenceNumber.NONE;

    /// Every instance from the base of `following` up to here was accepted under it or is known to
    /// be chosen.
    private long prefix;

    /// The part of the prefix that is on disk: all that may be acknowledged.
    private long flushed;

    /// Prefixes on their way to the disk.
    private final Deque<Flushing> flushing = new ArrayDeque<>();

    private record Flushing(long ticket, SequenceNumber sequence, long prefix) {}

    Acceptor(Ledger ledger, Outbox outbox, SequenceNumber promised) {
        this.ledger = ledger;
        this.outbox = outbox;
        this.promised = promised;
    }

    SequenceNumber promised() {
        return promised;
    }

    /// The durable prefix under the sequence number; 0 where another one is followed.
    long flushed(SequenceNumber sequence) {
        return sequence.equals(following) ? flushed : 0;
    }

    SequenceNumber following() {
        return following;
    }

    long prefix() {
        return prefix;
    }

    /// What a promise to a candidate says now: how far values are known to be chosen here, and
    /// every entry above that.
    Message.Promise promiseOf(SequenceNumber sequence, long firstUnchosen) {
        long known = ledger.chosenUpTo();
        return new Message.Promise(
                sequence, known, ledger.from(Math.max(known + 1, firstUnchosen)));
    }

    /// Promises to take nothing below the sequence number from here on (phase 1). Returns the
    /// ticket of the record.
    long promise(SequenceNumber sequence, List<Effect.Send> then) {
        Check.that(!promised.isAbove(sequence), "promises never fall");
        promised = sequence;
        return outbox.persist(List.of(new Record.Promised(sequence)), then);
    }

    /// Raises the promise in memory as an accepted entry's record implies it.
    private void raise(SequenceNumber sequence) {
        Check.that(!promised.isAbove(sequence), "nothing is accepted below the promise");
        promised = sequence;
    }

    /// Counts the prefix of this coordinator from now on. What this replica holds under the very
    /// sequence number (it may have been restarted meanwhile) counts, and what it knows to be
    /// chosen.
    void follow(SequenceNumber sequence, long base) {
        if (!sequence.equals(following)) {
            following = sequence;
            prefix = base - 1;
            flushed = base - 1;
        }
        extendPrefix();
        claim();
    }

    /// What the prefix covers was handed to the disk before, so it is durable with the last record
    /// on the way there.
    private void claim() {
        if (flushing.isEmpty()) {
            flushed = prefix;
        } else if (flushing.getLast().prefix() < prefix
                || !flushing.getLast().sequence().equals(following)) {
            flushing.add(new Flushing(flushing.getLast().ticket(), following, prefix));
        }
    }

    /// Instances known to be chosen, and entries held under the followed sequence number, belong to
    /// the prefix. They were handed to the disk earlier, so they are durable once everything handed
    /// out so far is.
    private void extendPrefix() {
        prefix = Math.max(prefix, ledger.chosenUpTo());
        while (ledger.isAcceptedUnder(prefix + 1, following)) {
            prefix++;
        }
    }

    /// Accepts those of the values that continue the prefix (phase 2); a gap before them leaves
    /// them out. The records and `then`'s messages go to the disk together. Returns true where
    /// something was written.
    boolean accept(
            SequenceNumber sequence,
            long first,
            List<Value> values,
            List<ReplicaId> acknowledgeTo) {
        Check.that(
                sequence.equals(following), "only the followed coordinator's values are accepted");
        long last = first + values.size() - 1;
        if (first > prefix + 1 || last <= prefix) {
            return false;
        }
        raise(sequence);
        List<Record> records = new ArrayList<>(values.size() + 1);
        ledger.chosenNote().ifPresent(records::add);
        for (long instance = prefix + 1; instance <= last; instance++) {
            Value value = values.get((int) (instance - first));
            ledger.accept(new Entry(instance, sequence, value));
            records.add(new Record.Accepted(instance, sequence, value));
        }
        prefix = last;
        write(records, acknowledgeTo);
        return true;
    }

    /// Writes records that carry the prefix to where it is now; acknowledges it once they are on
    /// disk.
    void write(List<Record> records, List<ReplicaId> acknowledgeTo) {
        Check.that(
                acknowledgeTo.isEmpty() || !promised.isAbove(following),
                "nothing is acknowledged below the promise");
        Message acknowledge = new Message.Acknowledge(following, prefix);
        List<Effect.Send> then =
                acknowledgeTo.stream().map(to -> new Effect.Send(to, acknowledge)).toList();
        long ticket = outbox.persist(records, then);
        flushing.add(new Flushing(ticket, following, prefix));
    }

    /// Chosen values came by catch-up: they belong to the prefix once they are on disk.
    void caughtUp(List<Record> records, List<ReplicaId> acknowledgeTo) {
        extendPrefix();
        write(records, mayAcknowledge() ? acknowledgeTo : List.of());
    }

    /// Not where more was promised: what is chosen since may be another value than the followed
    /// coordinator's, which would take it for its own (docs/PROTOCOL.md, S4).
    private boolean mayAcknowledge() {
        return !following.isNone() && !promised.isAbove(following);
    }

    /// A snapshot, which is on disk, covers everything up to the instance.
    void installed() {
        extendPrefix();
        claim();
    }

    /// Everything up to the ticket is on disk.
    void persisted(long ticket) {
        while (!flushing.isEmpty() && flushing.element().ticket() <= ticket) {
            Flushing done = flushing.remove();
            if (done.sequence().equals(following)) {
                flushed = Math.max(flushed, done.prefix());
            }
        }
    }
}
