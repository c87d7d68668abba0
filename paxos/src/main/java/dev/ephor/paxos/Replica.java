package dev.ephor.paxos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One replica of the Paxos protocol: Multi-Paxos with master lease and catch-up, as a state
/// machine (PML §6.1). Inputs go in one at a time, effects come out in order; the same inputs with
/// the same random generator always give the same effects. Not thread-safe: one thread at a time,
/// and that is all it asks for.
///
/// The caller performs the effects in order, and gives back [Input.Persisted] for each flushed
/// [Effect.Persist]. Time is the caller's monotonic clock in nanoseconds and must not run
/// backwards.
public final class Replica {
    private final Shared shared;
    private final Conduct conduct;
    private final Invariants invariants = new Invariants();

    private Replica(Shared shared) {
        this.shared = shared;
        this.conduct = new Conduct(shared);
    }

    /// Starts a replica from what its disk gave back. The first step hands out [Effect.Learn] for
    /// what is known to be chosen above the snapshot.
    ///
    /// @param random for back-off and the choice of whom to ask; seeded, so that a run can be
    ///   repeated
    public static Replica start(
            ReplicaId self,
            Settings settings,
            Recovered recovered,
            long now,
            RandomGenerator random) {
        Outbox outbox = new Outbox();
        Ledger ledger = new Ledger(settings, recovered);
        Acceptor acceptor = new Acceptor(ledger, outbox, recovered.promised());
        GrantedLease lease = new GrantedLease(settings.lease(), !recovered.firstStart(), now);
        CatchUp catchUp = new CatchUp(self, settings, random, outbox, ledger);
        Shared shared =
                new Shared(self, settings, random, outbox, ledger, acceptor, lease, catchUp);
        return new Replica(shared);
    }

    /// Takes one input in and says what is to be done about it.
    ///
    /// @param now the monotonic clock, nanoseconds
    /// @throws InvariantViolation where a rule of the protocol does not hold: stop this replica at
    ///   once
    public List<Effect> step(long now, Input input) {
        conduct.take(now, input);
        shared.ledger().learn(shared.outbox());
        shared.ledger()
                .membersNote()
                .ifPresent(note -> shared.outbox().persist(List.of(note), List.of()));
        invariants.check(this);
        return shared.outbox().drain();
    }

    public ReplicaId self() {
        return shared.self();
    }

    /// What this replica has promised.
    public SequenceNumber promised() {
        return shared.acceptor().promised();
    }

    /// True from [Effect.BecameCoordinator] to [Effect.LostCoordinator].
    public boolean isCoordinator() {
        return conduct.serving().isPresent();
    }

    /// The origin of what this replica proposes while it is coordinator.
    public Optional<SequenceNumber> reign() {
        return conduct.serving().map(Coordinator::reign);
    }

    /// "coordinator"; "finishing" where it is coordinator only until a change of members is
    /// decided; "candidate"; "follower"; "learner" where it does not vote (yet); "removed" where it
    /// was a member once.
    public String roleName() {
        return switch (conduct.role()) {
            case Coordinator coordinator -> coordinator.isFinishing() ? "finishing" : "coordinator";
            case Role.Candidate candidate -> "candidate";
            case Role.Follower follower -> {
                if (membership().isVoter(self())) {
                    yield "follower";
                }
                yield membership().isRemoved(self()) ? "removed" : "learner";
            }
        };
    }

    /// Who this replica believes to be coordinator: itself, or who it granted the lease last.
    public Optional<ReplicaId> coordinator() {
        return isCoordinator()
                ? Optional.of(self())
                : shared.lease().holder().filter(holder -> !holder.equals(self()));
    }

    /// True where this replica is coordinator, or a lease that it granted to one has not run out.
    public boolean hearsOfCoordinator(long now) {
        return isCoordinator() || shared.lease().forbids(self(), now);
    }

    /// Until when this replica holds the master lease, on its own clock; [Long#MIN_VALUE] where it
    /// holds none.
    public long leaseUntil() {
        return conduct.serving().map(Coordinator::leaseUntil).orElse(Long.MIN_VALUE);
    }

    /// The values of all instances up to here are known to be chosen and were handed out by
    /// [Effect.Learn].
    public long chosenUpTo() {
        return shared.ledger().chosenUpTo();
    }

    /// Bytes of the values that this replica holds in memory and does not know to be chosen.
    public long undecidedBytes() {
        return shared.ledger().undecidedBytes();
    }

    /// The highest instance that this replica holds a value for, or knows to be chosen.
    public long lastHeld() {
        return shared.ledger().last();
    }

    /// As far as this replica heard from anybody, every instance up to here is chosen.
    public long knownChosen() {
        return shared.catchUp().knownChosen();
    }

    /// The replay log is needed only above this instance.
    public long base() {
        return shared.ledger().base();
    }

    /// The members for the first instance that is not known to be chosen.
    public Membership membership() {
        return shared.membership();
    }

    /// What the coordinator knows of the other members; empty elsewhere.
    ///
    /// @param now the monotonic clock, nanoseconds
    public Map<ReplicaId, PeerStatus> peers(long now) {
        return conduct.serving().map(coordinator -> coordinator.peers(now)).orElse(Map.of());
    }

    /// How far the other replicas know values to be chosen, as the coordinator heard from them;
    /// empty elsewhere.
    public Map<ReplicaId, Long> peersChosen() {
        return conduct.serving().map(Coordinator::peersChosen).orElse(Map.of());
    }

    Role role() {
        return conduct.role();
    }

    Shared shared() {
        return shared;
    }
}
