package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Catch-up (PML §4.2): gets chosen values that this replica missed from the others, one question
/// at a time, from any of them and not only from the coordinator.
final class CatchUp {
    private final ReplicaId self;
    private final Settings settings;
    private final RandomGenerator random;
    private final Outbox outbox;
    private final Ledger ledger;

    /// How far each other replica said that it knows values to be chosen.
    private final Map<ReplicaId, Long> heard = new TreeMap<>();

    /// Everybody together: every instance up to here is chosen.
    private long knownChosen;

    private @Nullable ReplicaId asked;
    private long askedAt;

    /// The one who was asked answered, and had nothing.
    private boolean inVain;

    /// The one who had something the last time.
    private @Nullable ReplicaId helpful;

    private boolean fetching;

    CatchUp(
            ReplicaId self,
            Settings settings,
            RandomGenerator random,
            Outbox outbox,
            Ledger ledger) {
        this.self = self;
        this.settings = settings;
        this.random = random;
        this.outbox = outbox;
        this.ledger = ledger;
        this.knownChosen = ledger.chosenUpTo();
    }

    /// A replica says how far values are chosen.
    void heard(ReplicaId from, long chosenUpTo) {
        heard.merge(from, chosenUpTo, Math::max);
        knownChosen = Math.max(knownChosen, chosenUpTo);
    }

    long knownChosen() {
        return Math.max(knownChosen, ledger.chosenUpTo());
    }

    /// Asks somebody where something is missing and no question is open.
    void ask(long now) {
        if (fetching || ledger.chosenUpTo() >= knownChosen) {
            asked = null;
            return;
        }
        boolean patient = asked == null || now - askedAt >= settings.retransmit();
        if (!patient && !inVain) {
            return;
        }
        choosePeer(patient)
                .ifPresent(peer -> {
                    asked = peer;
                    askedAt = now;
                    inVain = false;
                    outbox.send(peer, new Message.CatchUp(ledger.chosenUpTo() + 1));
                });
    }

    /// Asks anybody at all, where no question is open: a replica that hears of no coordinator and
    /// may not stand itself learns in this way what it cannot know, that it votes by now for
    /// instance.
    void askAround(long now) {
        List<ReplicaId> all = List.copyOf(everybody());
        if (asked == null && !fetching && !all.isEmpty() && now - askedAt >= settings.lease()) {
            askedAt = now;
            ReplicaId peer = all.get(random.nextInt(all.size()));
            outbox.send(peer, new Message.CatchUp(ledger.chosenUpTo() + 1));
        }
    }

    /// All that this replica knows of: the members may have changed in what it misses.
    private TreeSet<ReplicaId> everybody() {
        TreeSet<ReplicaId> all = new TreeSet<>(ledger.membership().everybody());
        all.addAll(heard.keySet());
        all.remove(self);
        return all;
    }

    /// Who was of help the last time, else somebody at random who said that it knows more, else who
    /// may know more because it never said anything; but not who was asked in vain just now. Where
    /// only those are left, one of them is asked, but only after a while: it may have caught up
    /// meanwhile, and who asks at once would ask in a circle, as fast as the network can.
    private Optional<ReplicaId> choosePeer(boolean patient) {
        List<ReplicaId> candidates = new ArrayList<>();
        List<ReplicaId> silent = new ArrayList<>();
        for (ReplicaId replica : everybody()) {
            Long known = heard.get(replica);
            if (replica.equals(asked)) {
                continue;
            }
            if (known == null) {
                silent.add(replica);
            } else if (known > ledger.chosenUpTo()) {
                candidates.add(replica);
            }
        }
        if (candidates.isEmpty()) {
            candidates = silent;
        }
        if (candidates.isEmpty() && patient) {
            candidates.addAll(everybody());
        }
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        return candidates.contains(helpful)
                ? Optional.ofNullable(helpful)
                : Optional.of(candidates.get(random.nextInt(candidates.size())));
    }

    /// Answers another replica's question: out of memory, or by having the log read.
    void serve(ReplicaId to, long from) {
        if (from > ledger.chosenUpTo()) {
            outbox.send(to, new Message.Chosen(from, List.of(), ledger.chosenUpTo()));
        } else if (from > ledger.evictedUpTo()) {
            List<Value> values = ledger.batch(from, ledger.chosenUpTo());
            outbox.send(to, new Message.Chosen(from, values, ledger.chosenUpTo()));
        } else {
            outbox.add(new Effect.ServeCatchUp(to, from, ledger.chosenUpTo()));
        }
    }

    /// Takes an answer in; returns the records of what is new.
    List<Record> received(ReplicaId from, Message.Chosen chosen) {
        // What it did not send it may know only from hearsay: it is not asked for more than that.
        heard.put(
                from,
                chosen.values().isEmpty()
                        ? Math.min(chosen.chosenUpTo(), chosen.first() - 1)
                        : chosen.chosenUpTo());
        knownChosen = Math.max(knownChosen, chosen.chosenUpTo());
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < chosen.values().size(); i++) {
            long instance = chosen.first() + i;
            if (instance == ledger.chosenUpTo() + 1) {
                ledger.choose(instance, chosen.values().get(i));
                records.add(new Record.Chosen(instance, chosen.values().get(i)));
            } else {
                ledger.checkAgainstChosen(instance, chosen.values().get(i));
            }
        }
        if (from.equals(asked)) {
            inVain = records.isEmpty();
            asked = inVain ? asked : null;
            helpful = inVain ? null : from;
        }
        return records;
    }

    /// The log of the one who was asked begins too late: a snapshot is needed.
    void snapshotAvailable(ReplicaId from, Message.SnapshotAvailable available) {
        heard(from, Math.max(available.chosenUpTo(), available.instance()));
        if (!fetching && available.instance() > ledger.chosenUpTo()) {
            fetching = true;
            asked = null;
            outbox.add(new Effect.FetchSnapshot(from, available.instance()));
        }
    }

    void snapshotEnded() {
        fetching = false;
    }

    boolean isFetchingSnapshot() {
        return fetching;
    }
}
