package dev.ephor.log;

import dev.ephor.log.Opening.Start;
import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Epoch;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Recovered;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Leads a replica from what its disk holds to taking part: with a usable disk it asks the others
/// whether that is not an old copy ([Attestation]); without one it asks to be let in anew
/// ([Applicant]); then it takes part ([LogLoop]). Confined to the loop, except where it says
/// otherwise.
final class Lifecycle<R> {
    private final Seat seat;
    private final LogSettings settings;
    private final Environment environment;
    private final Application<R> application;
    private final MemoryUse memory;
    private final Runnable closed;
    private final Peers peers;
    private boolean ended;
    private volatile @Nullable Phase phase;
    private volatile ReplicaStatus before;

    Lifecycle(
            Seat seat,
            LogSettings settings,
            Environment environment,
            Application<R> application,
            MemoryUse memory,
            Collection<PeerEntry> known,
            ReplicaStatus before,
            Runnable closed) {
        this.seat = seat;
        this.settings = settings;
        this.environment = environment;
        this.application = application;
        this.memory = memory;
        this.closed = closed;
        this.before = before;
        this.peers = new Peers(environment, seat, known);
    }

    /// Any thread.
    ReplicaStatus status() {
        Phase now = phase;
        return now == null ? before : now.status();
    }

    /// Any thread.
    SortedMap<Integer, Endpoint> endpoints() {
        return peers.endpoints();
    }

    /// Any thread.
    void onNote(BiConsumer<ReplicaId, Bytes> listener) {
        peers.onNote(listener);
    }

    void begin(Opening opening) {
        switch (opening) {
            case Opening.Unusable(String why) -> apply(why);
            case Opening.Wanting wanting -> repair(wanting);
            case Opening.Usable usable -> attest(usable);
        }
    }

    /// Takes part; null while it does not.
    @Nullable LogLoop<R> loop() {
        @SuppressWarnings("unchecked") // this phase is made here, for R
        LogLoop<R> running = phase instanceof LogLoop<?> loop ? (LogLoop<R>) loop : null;
        return running;
    }

    private void enter(Phase next) {
        if (ended) {
            next.close(closed);
            return;
        }
        phase = next;
        next.start();
    }

    private void repair(Opening.Wanting wanting) {
        enter(
                new Repair(
                        environment,
                        peers,
                        wanting,
                        settings,
                        application,
                        new Repair.Ending() {
                            @Override
                            public void repaired() {
                                environment.diskExecutor().execute(Lifecycle.this::openAgain);
                            }

                            @Override
                            public void givenUp(String why) {
                                environment.diskExecutor().execute(() -> giveUp(why));
                            }

                            @Override
                            public void needsLaterRelease(String why) {
                                environment.fatal(why, new LaterFormatException(why));
                            }
                        }));
    }

    /// What was damaged is made up for: the disk is read as at any start. Disk executor.
    private void openAgain() {
        try {
            Opening opening = Opening.read(seat, settings, environment, application);
            environment
                    .loop()
                    .execute(() -> {
                        before = opening.status(seat);
                        begin(opening);
                    });
        } catch (WrongDiskException | IOException e) {
            environment.fatal(
                    "cannot read the data directory after a snapshot was fetched ("
                            + e.getMessage()
                            + "). Check the disk, then start the replica again",
                    e);
        }
    }

    private void attest(Opening.Usable usable) {
        Start start = usable.start();
        PeerEntry self = entryOf(usable.identity(), start, usable.starts());
        Membership members = Opening.membersKnown(start);
        // One that knows nobody yet was let in by somebody.
        int needed = members.voters().isEmpty() ? 1 : members.majority() - 1;
        enter(
                new Attestation(
                        environment,
                        peers,
                        self,
                        needed,
                        settings.paxos().tick(),
                        before,
                        start.log(),
                        new Attestation.Outcome() {
                            @Override
                            public void mayTakePart() {
                                run(usable.identity(), usable.store(), start, self);
                            }

                            @Override
                            public void mustNot(String why) {
                                leave(start.log(), why);
                            }
                        }));
    }

    private PeerEntry entryOf(Identity identity, Start start, long starts) {
        return new PeerEntry(
                identity.replica(),
                identity.store(),
                starts,
                environment.random().nextLong(),
                environment.network().address(),
                seat.service(),
                start.recovered().promised(),
                Opening.highest(start));
    }

    private void run(Identity identity, SnapshotStore store, Start start, PeerEntry self) {
        peers.begin(self);
        enter(
                new LogLoop<>(
                        identity, settings, environment, application, store, memory, start, peers));
    }

    /// The disk is an old copy: it goes the way of a damaged one.
    private void leave(ReplayLog log, String why) {
        environment
                .diskExecutor()
                .execute(() -> {
                    try {
                        log.close();
                    } catch (IOException e) {
                        environment.reporter().warn("closing the replay log failed: " + e);
                    }
                    giveUp("the disk is an old copy of this replica's: " + why);
                });
    }

    /// Sets the disk aside, and begins anew. Disk executor.
    private void giveUp(String why) {
        try {
            String folder = SetAside.everything(environment.disk(), why);
            String told = why + " (set aside in " + folder + ")";
            environment.reporter().warn(told);
            environment.loop().execute(() -> apply(told));
        } catch (IOException e) {
            environment.fatal(
                    why
                            + "; it cannot be set aside ("
                            + e.getMessage()
                            + "). Check the data directory",
                    e);
        }
    }

    private void apply(String why) {
        enter(new Applicant(environment, seat, peers, why, this::admitted));
    }

    private void admitted(Identity identity) {
        environment
                .reporter()
                .info("admitted to the cell as replica " + identity.replica() + ", to learn first");
        environment
                .diskExecutor()
                .execute(() -> {
                    try {
                        LogRecovery recovery =
                                new LogRecovery(
                                        environment.disk(),
                                        identity,
                                        settings,
                                        environment.reporter());
                        ReplayLog log = recovery.open(stored -> {});
                        log.append(List.of(new Stored.Started(1)));
                        environment.loop().execute(() -> begin(identity, log));
                    } catch (IOException e) {
                        environment.fatal("cannot begin a replay log: " + e.getMessage(), e);
                    }
                });
    }

    private void begin(Identity identity, ReplayLog log) {
        Start start =
                new Start(
                        new SnapshotHandle(0, identity.members(), Epoch.NONE),
                        null,
                        Recovered.nothing(identity.members()),
                        log);
        run(identity, new SnapshotStore(environment, identity), start, entryOf(identity, start, 1));
    }

    void close() {
        if (!ended) {
            ended = true;
            before = status();
            Phase now = phase;
            if (now != null) {
                now.close(closed);
            }
        }
    }
}
