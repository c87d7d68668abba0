package dev.ephor.log;

import dev.ephor.log.Disk.DiskFile;
import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Fetches a snapshot from other replicas, piece by piece, a few at a time, into a file of its own
/// (PML §5.5). First everybody is asked which snapshots he has; rather than the master another
/// replica is asked for the pieces. Nobody on the other side remembers anything that matters: where
/// one vanishes, the next that has the same snapshot sends the rest. What was fetched survives a
/// restart of this replica, too. Only where nobody has the rest it begins anew.
///
/// Confined to the loop; writes and reads on the background executor.
final class SnapshotFetch {
    private static final int WINDOW = 4;
    private static final int LEASES_OF_SILENCE = 5;
    private static final long FLUSH_EVERY = 4 << 20;

    private final Environment environment;
    private final Application<?> application;
    private final SnapshotStore store;
    private final int chunk;
    private final long hesitate;
    private final long askAgain;
    private final long giveUp;
    private final Sources sources;
    private final Outcome outcome;
    private @Nullable SnapshotTransfer transfer;

    /// What there is already.
    private @Nullable PartialSnapshot partial;

    /// Whether the disk was looked at for what was fetched before the last restart.
    private boolean looked;

    /// Who sent a snapshot that did not hold, the last time.
    private @Nullable ReplicaId distrusted;

    /// Written since the last flush. Confined to the background executor.
    private long unflushed;

    /// Whom a snapshot can be had from.
    interface Sources {
        /// Whom to ask, the best first.
        ///
        /// @param first who said that he has one
        /// @param last who sent something that did not hold, if anybody
        List<ReplicaId> inOrder(ReplicaId first, @Nullable ReplicaId last);

        /// Only a snapshot that covers more than this instance is of use.
        long above();
    }

    /// How it ends; on the loop.
    interface Outcome {
        /// The snapshot is whole, and safely on disk under its own name.
        void fetched(Loaded loaded, long size);

        void failed(String why);

        /// What was fetched is whole, and this release cannot read it.
        void ofLaterFormat(String what);
    }

    SnapshotFetch(
            Environment environment,
            Application<?> application,
            SnapshotStore store,
            LogSettings settings,
            Sources sources,
            Outcome outcome) {
        this.environment = environment;
        this.application = application;
        this.store = store;
        this.chunk = settings.chunkBytes();
        this.hesitate = settings.paxos().retransmit();
        this.askAgain = settings.paxos().lease();
        this.giveUp = LEASES_OF_SILENCE * settings.paxos().lease();
        this.sources = sources;
        this.outcome = outcome;
    }

    /// Begins, or goes on where an earlier attempt ended.
    ///
    /// @param first who is known to have one
    void begin(ReplicaId first) {
        List<ReplicaId> everybody = sources.inOrder(first, distrusted);
        SnapshotTransfer begun = new SnapshotTransfer(everybody);
        transfer = begun;
        if (looked) {
            start(begun);
        } else {
            environment.background().execute(() -> look(begun));
        }
    }

    boolean isRunning() {
        return transfer != null;
    }

    private void look(SnapshotTransfer begun) {
        PartialSnapshot found = null;
        try {
            PartialSnapshot.Name name = PartialSnapshot.newest(environment.disk(), 0);
            if (name != null) {
                found = new PartialSnapshot(name, store.soundPrefix(name));
            }
        } catch (IOException e) {
            environment
                    .reporter()
                    .warn("cannot read what was fetched of a snapshot: " + e.getMessage());
        }
        PartialSnapshot there = found;
        environment
                .loop()
                .execute(() -> {
                    looked = true;
                    partial = there;
                    start(begun);
                });
    }

    private void start(SnapshotTransfer begun) {
        begun.progressAt = environment.nanoTime();
        askEverybody(begun);
    }

    /// Which snapshots has everybody, and has anybody the one that is here in part?
    private void askEverybody(SnapshotTransfer current) {
        PartialSnapshot there = partial;
        if (there != null && there.name().instance() <= sources.above()) {
            there = null;
            partial = null;
        }
        current.askedAt = environment.nanoTime();
        current.offers.ask(there == null ? 1 : 2);
        for (ReplicaId each : current.offers.everybody()) {
            request(each, 0, 0, 0);
            if (there != null) {
                request(each, there.name().instance(), 0, 0);
            }
        }
    }

    private void request(ReplicaId to, long instance, long offset, int length) {
        Frame request = new Frame.SnapshotRequest(instance, sources.above(), offset, length);
        environment.network().send(List.of(to), FrameCodec.encode(request));
    }

    /// Everybody has answered, or had the time.
    private void choose(SnapshotTransfer current) {
        PartialSnapshot there = partial;
        Optional<PartialSnapshot.Name> chosen =
                current.offers.choose(there == null ? null : there.name(), sources.above());
        if (chosen.isEmpty()) {
            fail(current, "no replica has one that is of use");
            return;
        }
        PartialSnapshot.Name name = chosen.get();
        if (there == null || !there.name().equals(name)) {
            partial = new PartialSnapshot(name, 0);
            environment.background().execute(() -> store.deletePartials(name));
        }
        current.untried.addAll(current.offers.having(name));
        tryNext(current, "nobody has it");
    }

    /// Asks the next replica for pieces.
    private void tryNext(SnapshotTransfer current, String why) {
        PartialSnapshot there = partial;
        ReplicaId next = current.untried.poll();
        if (next == null || there == null) {
            fail(current, why);
            return;
        }
        current.from = next;
        current.next = there.have();
        current.progressAt = environment.nanoTime();
        environment
                .reporter()
                .info(
                        "fetching the snapshot of instance "
                                + there.name().instance()
                                + " from replica "
                                + next
                                + ", from byte "
                                + there.have()
                                + " of "
                                + there.name().size());
        if (there.have() == there.name().size()) {
            complete(current, there);
        } else {
            ask(current, there, current.progressAt);
        }
    }

    /// Asks for as much as the window has room for: what waits for the disk takes its room, too.
    private void ask(SnapshotTransfer current, PartialSnapshot there, long now) {
        current.askedAt = now;
        ReplicaId from = Objects.requireNonNull(current.from);
        while (current.outstanding.size() + current.writing.size() < WINDOW
                && current.next < there.name().size()) {
            current.outstanding.add(current.next);
            request(from, there.name().instance(), current.next, chunk);
            current.next += chunk;
        }
    }

    void tick(long now) {
        SnapshotTransfer current = transfer;
        if (!looked || current == null || current.completing || !current.writing.isEmpty()) {
            return;
        }
        PartialSnapshot there = partial;
        if (current.from == null) {
            if (current.offers.any() && now - current.progressAt > hesitate) {
                choose(current);
            } else if (now - current.progressAt > giveUp) {
                fail(current, "nobody answers");
            } else if (now - current.askedAt > askAgain) {
                askEverybody(current);
            }
        } else if (now - current.progressAt > giveUp) {
            leave(current, "replica " + current.from + " does not answer");
        } else if (there != null && now - current.askedAt > askAgain) {
            keepWhatIsThere(current);
            ask(current, there, now);
        }
    }

    /// Who was asked has no such snapshot.
    void gone(ReplicaId from, long instance) {
        SnapshotTransfer current = transfer;
        if (current == null || current.completing) {
            return;
        }
        if (current.from == null) {
            current.offers.none();
            chooseIfAllAnswered(current);
        } else if (from.equals(current.from)
                && partial != null
                && partial.name().instance() == instance) {
            leave(current, "replica " + from + " does not have it any more");
        }
    }

    private void chooseIfAllAnswered(SnapshotTransfer current) {
        if (current.offers.isComplete()) {
            choose(current);
        }
    }

    /// Has the rest from somebody else.
    private void leave(SnapshotTransfer current, String why) {
        keepWhatIsThere(current);
        tryNext(current, why);
    }

    void received(ReplicaId from, Frame.SnapshotPiece piece) {
        SnapshotTransfer current = transfer;
        if (current == null || current.completing) {
            return;
        }
        PartialSnapshot.Name name =
                new PartialSnapshot.Name(piece.instance(), piece.size(), piece.checksum());
        if (current.from == null) {
            current.offers.offer(from, name);
            chooseIfAllAnswered(current);
            return;
        }
        PartialSnapshot there = partial;
        if (!from.equals(current.from)
                || there == null
                || !there.name().equals(name)
                || !current.outstanding.contains(piece.offset())
                || piece.data().length() != Math.min(chunk, piece.size() - piece.offset())
                || piece.crc() != Crc.of(piece.data().asReadOnlyBuffer())) {
            return;
        }
        current.outstanding.remove(piece.offset());
        current.writing.add(piece.offset());
        current.progressAt = environment.nanoTime();
        environment.background().execute(() -> write(current, name, piece));
    }

    /// In portions: one large flush at the end would hold up those of the replay log.
    private void write(
            SnapshotTransfer current, PartialSnapshot.Name name, Frame.SnapshotPiece piece) {
        try (DiskFile file = environment.disk().open(name.fileName())) {
            file.write(piece.offset(), piece.data().asReadOnlyBuffer());
            unflushed += piece.data().length();
            if (unflushed >= FLUSH_EVERY) {
                unflushed = 0;
                file.flush();
            }
        } catch (IOException e) {
            // What of it reached the disk is unknown, and a later flush would not tell (S12).
            store.deleteQuietly(name.fileName());
            environment
                    .loop()
                    .execute(() -> spoiled(current, "cannot write it: " + e.getMessage()));
            return;
        }
        environment.loop().execute(() -> written(current, piece.offset()));
    }

    private void spoiled(SnapshotTransfer current, String why) {
        if (transfer == current) {
            transfer = null;
            partial = null;
            outcome.failed(why);
        }
    }

    private void written(SnapshotTransfer current, long offset) {
        current.writing.remove(offset);
        PartialSnapshot there = partial;
        if (transfer != current || there == null || current.completing) {
            return;
        }
        if (current.written() >= there.name().size()) {
            complete(current, there);
        } else {
            ask(current, there, environment.nanoTime());
        }
    }

    private void complete(SnapshotTransfer current, PartialSnapshot there) {
        current.completing = true;
        environment.background().execute(() -> check(current, there.name()));
    }

    /// Checks all of it, with the application's own eyes, and keeps it.
    private void check(SnapshotTransfer current, PartialSnapshot.Name name) {
        try {
            try (DiskFile file = environment.disk().open(name.fileName())) {
                file.truncate(name.size());
                file.flush();
            }
            Loaded loaded = store.load(name.fileName(), application);
            store.keepFetched(name);
            environment
                    .loop()
                    .execute(() -> {
                        transfer = null;
                        partial = null;
                        outcome.fetched(loaded, name.size());
                    });
        } catch (DamagedException e) {
            unusable(current, name, () -> outcome.failed(e.place()));
        } catch (WrongDiskException e) {
            String why = String.valueOf(e.getMessage());
            unusable(
                    current,
                    name,
                    e.isLaterFormat()
                            ? () -> outcome.ofLaterFormat(why)
                            : () -> outcome.failed(why));
        } catch (IOException e) {
            unusable(current, name, () -> outcome.failed(String.valueOf(e.getMessage())));
        }
    }

    private void unusable(SnapshotTransfer current, PartialSnapshot.Name name, Runnable told) {
        store.deleteQuietly(name.fileName());
        environment
                .loop()
                .execute(() -> {
                    transfer = null;
                    partial = null;
                    distrusted = current.from;
                    told.run();
                });
    }

    /// Keeps what there is for another time.
    private void fail(SnapshotTransfer current, String why) {
        transfer = null;
        keepWhatIsThere(current);
        outcome.failed(why);
    }

    private void keepWhatIsThere(SnapshotTransfer current) {
        current.next = current.written();
        current.outstanding.clear();
        PartialSnapshot there = partial;
        if (there != null) {
            there.haveUpTo(current.next);
        }
    }
}
