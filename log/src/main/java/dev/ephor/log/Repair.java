package dev.ephor.log;

import dev.ephor.log.SnapshotStore.Loaded;
import dev.ephor.paxos.ReplicaId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a replica does first whose disk lacks nothing but chosen values, that is, a snapshot which
/// covers them: it fetches one from the others, and opens its disk again (PROTOCOL.md, S20). Until
/// then it promises nothing and accepts nothing. Where those who answer have no such snapshot
/// either, the disk is given up, as every other damaged one is. But where they have one that only a
/// later release can read, the replica stops, and its disk stays what it is.
///
/// As long as nobody answers it waits: as somebody new it could not be admitted either, and a vote
/// would be lost.
final class Repair implements Phase, SnapshotFetch.Sources, SnapshotFetch.Outcome {
    private static final int TRIES = 5;

    private final Environment environment;
    private final Peers peers;
    private final Opening.Wanting wanting;
    private final LogSettings settings;
    private final SnapshotFetch fetch;
    private final Ending ending;
    private boolean answered;
    private int inVain;

    /// Which snapshot a later release is needed for; empty where none was met.
    private String ofLater = "";

    private long tryAt;
    private final RollCall roll;
    private final Rounds rounds;
    private volatile ReplicaStatus status;

    /// How it ends; on the loop.
    interface Ending {
        /// The snapshot is there.
        void repaired();

        void givenUp(String why);

        /// This release cannot make up for it, and a later one can.
        void needsLaterRelease(String why);
    }

    Repair(
            Environment environment,
            Peers peers,
            Opening.Wanting wanting,
            LogSettings settings,
            Application<?> application,
            Ending ending) {
        this.environment = environment;
        this.peers = peers;
        this.wanting = wanting;
        this.settings = settings;
        this.ending = ending;
        this.status = ReplicaStatus.ofRepair(wanting, "");
        this.roll = new RollCall(environment, peers, wanting.identity().replica().number());
        this.rounds = new Rounds(environment, settings.paxos().tick(), this::tick);
        SnapshotStore store = new SnapshotStore(environment, wanting.identity());
        this.fetch = new SnapshotFetch(environment, application, store, settings, this, this);
    }

    @Override
    public void start() {
        environment
                .reporter()
                .warn(
                        wanting.why()
                                + ". A snapshot of instance "
                                + wanting.needed()
                                + " or later makes up for it, and is fetched from another replica");
        Identity identity = wanting.identity();
        environment
                .network()
                .start(
                        identity.replica(),
                        identity.store(),
                        new Incoming(environment, this::receive));
        tryAt = environment.nanoTime();
        rounds.begin();
    }

    @Override
    public ReplicaStatus status() {
        return status;
    }

    private void tick() {
        status = ReplicaStatus.ofRepair(wanting, roll.result());
        long now = environment.nanoTime();
        peers.tick(now);
        fetch.tick(now);
        List<ReplicaId> others = others();
        if (!fetch.isRunning() && now >= tryAt && !others.isEmpty()) {
            answered = false;
            fetch.begin(others.getFirst());
        }
    }

    /// Whoever has the number by now; the disk knows of the first members only.
    private List<ReplicaId> others() {
        TreeSet<ReplicaId> known = new TreeSet<>(wanting.identity().members().everybody());
        peers.endpoints().values().forEach(endpoint -> known.add(endpoint.replica()));
        known.removeIf(other -> other.number() == wanting.identity().replica().number());
        return List.copyOf(known);
    }

    private void receive(ReplicaId from, Frame frame) {
        if (rounds.areOver()) {
            return;
        }
        if (frame instanceof Frame.Announce(PeerEntry started)) {
            roll.started(started);
            peers.announced(from, started);
        } else if (frame instanceof Frame.Gossip gossip) {
            peers.gossiped(gossip.entries());
        } else if (frame instanceof Frame.Apply apply) {
            roll.asked(from, apply, false, 0);
        } else if (frame instanceof Frame.SnapshotPiece piece) {
            answered = true;
            roll.answered(from);
            fetch.received(from, piece);
        } else if (frame instanceof Frame.SnapshotGone gone) {
            answered = true;
            roll.answered(from);
            fetch.gone(from, gone.instance());
        }
    }

    @Override
    public List<ReplicaId> inOrder(ReplicaId first, @Nullable ReplicaId last) {
        return SnapshotOffers.inOrder(
                others(),
                wanting.identity().replica(),
                first,
                Optional.empty(),
                last,
                environment.random());
    }

    @Override
    public long above() {
        return wanting.needed() - 1;
    }

    @Override
    public void fetched(Loaded loaded, long size) {
        if (!rounds.areOver()) {
            rounds.end();
            environment
                    .reporter()
                    .info(
                            "a snapshot of instance "
                                    + loaded.handle().instance()
                                    + " makes up for what was damaged");
            ending.repaired();
        }
    }

    @Override
    public void failed(String why) {
        if (rounds.areOver()) {
            return;
        }
        inVain += answered ? 1 : 0;
        tryAt = environment.nanoTime() + settings.paxos().lease();
        if (inVain < TRIES) {
            return;
        }
        rounds.end();
        if (!ofLater.isEmpty()) {
            ending.needsLaterRelease(
                    wanting.why()
                            + "; what the other replicas have to make up for it is of a later"
                            + " release. Nothing is lost, and nothing was changed. "
                            + ofLater);
        } else {
            ending.givenUp(
                    wanting.why()
                            + "; no replica that answers has a snapshot of instance "
                            + wanting.needed()
                            + " or later ("
                            + why
                            + ")");
        }
    }

    @Override
    public void ofLaterFormat(String what) {
        ofLater = what;
        failed(what);
    }

    @Override
    public void close(Runnable closed) {
        rounds.end();
        environment.diskExecutor().execute(closed);
    }
}
