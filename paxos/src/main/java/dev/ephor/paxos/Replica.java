package dev.ephor.paxos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private final Invariants invariants = new Invariants();
    private Role role = Role.Follower.CONTENT;

    /// The highest sequence number seen anywhere: an attempt to become coordinator goes above it.
    private SequenceNumber highestSeen;

    private Replica(Shared shared, SequenceNumber promised) {
        this.shared = shared;
        this.highestSeen = promised;
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
        return new Replica(shared, recovered.promised());
    }

    /// Takes one input in and says what is to be done about it.
    ///
    /// @param now the monotonic clock, nanoseconds
    /// @throws InvariantViolation where a rule of the protocol does not hold: stop this replica at
    ///   once
    public List<Effect> step(long now, Input input) {
        switch (input) {
            case Input.Tick tick -> tick(now);
            case Input.Received(ReplicaId from, Message message) -> received(now, from, message);
            case Input.Submit(List<Input.Command> commands) -> submit(now, commands);
            case Input.Persisted(long ticket) -> persisted(now, ticket);
            case Input.SnapshotInstalled(long instance, Membership membership) ->
                    installed(instance, membership);
            case Input.SnapshotFailed failed -> shared.catchUp().snapshotEnded();
            case Input.Truncated(long instance) -> shared.ledger().truncated(instance);
            case Input.ChangeMembership(long ticket, long basedOn, Membership next) ->
                    shared.outbox()
                            .add(new Effect.Refused(List.of(ticket), Effect.Refusal.NOT_READY));
            case Input.TransferTo(Optional<ReplicaId> target, String why) ->
                    shared.outbox().add(new Effect.TransferFailed("not ready"));
            case Input.StepDown(String why) -> stepDown(now, why);
        }
        endIfSuperseded();
        shared.ledger().learn(shared.outbox());
        invariants.check(this);
        return shared.outbox().drain();
    }

    private void tick(long now) {
        switch (role) {
            case Role.Follower follower -> waitOrStand(now, follower);
            case Role.Candidate candidate -> {
                if (candidate.election().isOver(now)) {
                    retryLater(now, candidate.attempts() + 1);
                }
            }
            case Coordinator coordinator ->
                    coordinator.tick(now).ifPresent(why -> stepDown(now, why));
        }
        shared.catchUp().ask(now);
        shared.ledger().chosenNote().ifPresent(shared.outbox()::note);
    }

    /// Stands for election once no lease forbids it and a random time has passed, so that would-be
    /// coordinators do not duel (PML §4.1).
    private void waitOrStand(long now, Role.Follower follower) {
        if (!shared.membership().isVoter(shared.self()) || shared.catchUp().isFetchingSnapshot()) {
            return;
        }
        if (shared.lease().forbids(shared.self(), now)) {
            role =
                    follower.electionDue().isEmpty()
                            ? follower
                            : new Role.Follower(OptionalLong.empty(), follower.attempts());
        } else if (follower.electionDue().isEmpty()) {
            role =
                    Role.Follower.waiting(
                            now + shared.backoff(follower.attempts()), follower.attempts());
        } else if (now >= follower.electionDue().getAsLong()) {
            role = new Role.Candidate(Election.begin(shared, highest(), now), follower.attempts());
        }
    }

    private void retryLater(long now, int attempts) {
        role = Role.Follower.waiting(now + shared.backoff(attempts), attempts);
    }

    private void received(long now, ReplicaId from, Message message) {
        if (!shared.membership().isMember(from) || from.equals(shared.self())) {
            return;
        }
        switch (message) {
            case Message.Propose propose -> propose(now, from, propose);
            case Message.Promise promise -> promised(now, from, promise);
            case Message.Accept accept -> accept(now, from, accept);
            case Message.Acknowledge acknowledge -> {
                if (role instanceof Coordinator coordinator) {
                    coordinator.acknowledged(from, acknowledge, now);
                }
            }
            case Message.Grant grant -> {
                if (role instanceof Coordinator coordinator) {
                    coordinator.granted(from, grant, now);
                }
            }
            case Message.Reject reject -> rejected(now, from, reject);
            case Message.Release(SequenceNumber sequence) -> released(now, from, sequence);
            case Message.TakeOver takeOver -> {}
            case Message.CatchUp(long instance) -> shared.catchUp().serve(from, instance);
            case Message.Chosen chosen -> chosen(now, from, chosen);
            case Message.SnapshotAvailable available ->
                    shared.catchUp().snapshotAvailable(from, available);
        }
    }

    /// Phase 1, acceptor: promise, unless a higher number was promised or a lease that was granted
    /// runs still.
    private void propose(long now, ReplicaId from, Message.Propose propose) {
        SequenceNumber sequence = propose.sequence();
        if (!sequence.replica().equals(from) || !shared.membership().isVoter(from)) {
            return;
        }
        SequenceNumber promised = shared.acceptor().promised();
        if (shared.lease().forbids(from, now)) {
            shared.outbox().send(from, new Message.Reject(sequence, promised, true));
            return;
        }
        if (promised.isAbove(sequence)) {
            shared.outbox().send(from, new Message.Reject(sequence, promised, false));
            return;
        }
        see(sequence);
        Message promise = shared.acceptor().promiseOf(sequence, propose.firstUnchosen());
        shared.acceptor().promise(sequence, List.of(new Effect.Send(from, promise)));
        if (role instanceof Coordinator coordinator) {
            coordinator.end("replica " + from + " stands for election and the lease has run out");
        }
        role = Role.Follower.waiting(now + shared.settings().attempt() + shared.backoff(0), 0);
    }

    private void promised(long now, ReplicaId from, Message.Promise promise) {
        shared.catchUp().heard(from, promise.chosenUpTo());
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> {
                candidate.election().promised(from, promise);
                becomeCoordinatorIfWon(now, candidate);
            }
            case Coordinator coordinator -> {
                coordinator.promised(from, promise);
                raiseIfWon(now, coordinator);
            }
        }
    }

    private void becomeCoordinatorIfWon(long now, Role.Candidate candidate) {
        Optional<Recovery> won = candidate.election().won();
        if (won.isEmpty()) {
            return;
        }
        Recovery recovery = won.get();
        long last = recovery.base() + recovery.entries().size() - 1;
        if (shared.ledger().chosenUpTo() >= recovery.base()
                || shared.catchUp().knownChosen() > last) {
            // More is chosen than the promises show, by a coordinator above this candidate perhaps.
            retryLater(now, candidate.attempts() + 1);
            return;
        }
        role = Coordinator.begin(shared, candidate.election().sequence(), recovery, now);
        shared.catchUp().ask(now);
    }

    private void raiseIfWon(long now, Coordinator coordinator) {
        Optional<Coordinator.Raised> raised = coordinator.raised();
        if (raised.isPresent() && !coordinator.raise(raised.get(), now)) {
            coordinator.end("another replica was coordinator meanwhile");
            retryLater(now, 0);
        }
    }

    /// Phase 2, acceptor; commit and heartbeat too.
    private void accept(long now, ReplicaId from, Message.Accept accept) {
        SequenceNumber sequence = accept.sequence();
        Acceptor acceptor = shared.acceptor();
        if (!sequence.replica().equals(from)) {
            return;
        }
        if (acceptor.promised().isAbove(sequence)) {
            shared.outbox().send(from, new Message.Reject(sequence, acceptor.promised(), false));
            return;
        }
        see(sequence);
        if (role instanceof Coordinator coordinator) {
            coordinator.end("replica " + from + " is coordinator");
        }
        role = Role.Follower.CONTENT;
        shared.catchUp().heard(from, accept.chosenUpTo());
        acceptor.follow(sequence, accept.base());
        shared.lease().grant(sequence, now);
        boolean wrote =
                !accept.values().isEmpty()
                        && acceptor.accept(
                                sequence, accept.first(), accept.values(), List.of(from));
        shared.ledger().commit(sequence, accept.chosenUpTo());
        if (!wrote) {
            answer(from, accept);
        }
        if (shared.ledger().chosenUpTo() < accept.chosenUpTo()) {
            shared.catchUp().ask(now);
        }
    }

    /// Answers a heartbeat, or values that bring nothing new or leave a gap, with where this
    /// replica is. Where that implies a promise not yet made, the promise goes to the disk first.
    private void answer(ReplicaId to, Message.Accept accept) {
        SequenceNumber sequence = accept.sequence();
        Acceptor acceptor = shared.acceptor();
        long flushed = acceptor.flushed(sequence);
        Message answer =
                accept.values().isEmpty()
                        ? new Message.Grant(
                                sequence, accept.sentAt(), flushed, shared.ledger().chosenUpTo())
                        : new Message.Acknowledge(sequence, flushed);
        if (sequence.isAbove(acceptor.promised())) {
            acceptor.promise(sequence, List.of(new Effect.Send(to, answer)));
        } else {
            shared.outbox().send(to, answer);
        }
    }

    private void rejected(long now, ReplicaId from, Message.Reject reject) {
        see(reject.promised());
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> {
                if (!reject.leased()
                        && reject.promised().isAbove(candidate.election().sequence())) {
                    retryLater(now, candidate.attempts() + 1);
                }
            }
            case Coordinator coordinator -> coordinator.rejected(from, reject, now);
        }
    }

    private void released(long now, ReplicaId from, SequenceNumber sequence) {
        if (sequence.replica().equals(from)) {
            shared.lease().release(sequence, now);
        }
    }

    private void chosen(long now, ReplicaId from, Message.Chosen chosen) {
        if (role instanceof Coordinator coordinator && coordinator.isContradictedBy(chosen)) {
            coordinator.end("another replica is coordinator");
            role = Role.Follower.CONTENT;
        }
        List<Record> records = shared.catchUp().received(from, chosen);
        if (!records.isEmpty()) {
            SequenceNumber following = shared.acceptor().following();
            boolean acknowledge = !following.isNone() && !following.replica().equals(shared.self());
            shared.acceptor()
                    .caughtUp(records, acknowledge ? List.of(following.replica()) : List.of());
        }
        shared.catchUp().ask(now);
    }

    private void submit(long now, List<Input.Command> commands) {
        switch (role) {
            case Coordinator coordinator -> coordinator.submit(commands, now);
            case Role.Follower follower -> refuse(commands);
            case Role.Candidate candidate -> refuse(commands);
        }
    }

    private void refuse(List<Input.Command> commands) {
        List<Long> tickets = new ArrayList<>();
        commands.forEach(command -> tickets.add(command.ticket()));
        shared.outbox().add(new Effect.Refused(tickets, Effect.Refusal.NOT_COORDINATOR));
    }

    private void persisted(long now, long ticket) {
        shared.acceptor().persisted(ticket);
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> {
                candidate.election().persisted(shared.self(), ticket);
                becomeCoordinatorIfWon(now, candidate);
            }
            case Coordinator coordinator -> {
                coordinator.persisted(ticket, now);
                raiseIfWon(now, coordinator);
            }
        }
    }

    private void installed(long instance, Membership membership) {
        shared.catchUp().snapshotEnded();
        if (instance > shared.ledger().chosenUpTo()) {
            shared.ledger().installed(instance, membership);
            shared.acceptor().installed();
        }
    }

    /// Steps down on purpose. The reign ends before the lease is given back, so nobody can be
    /// master in between; this replica leaves the others a full lease to elect somebody else.
    private void stepDown(long now, String why) {
        if (role instanceof Coordinator coordinator) {
            coordinator.end(why);
            coordinator.release(now);
            role = Role.Follower.waiting(now + shared.settings().lease() + shared.backoff(0), 0);
        }
    }

    private void endIfSuperseded() {
        if (role instanceof Coordinator coordinator && coordinator.isSuperseded()) {
            coordinator.end("another replica is coordinator");
            role = Role.Follower.CONTENT;
        }
    }

    /// No sequence number is used twice, not by this replica either: an attempt goes above what it
    /// promised itself.
    private SequenceNumber highest() {
        see(shared.acceptor().promised());
        return highestSeen;
    }

    private void see(SequenceNumber sequence) {
        if (sequence.isAbove(highestSeen)) {
            highestSeen = sequence;
        }
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
        return role instanceof Coordinator;
    }

    /// The origin of what this replica proposes while it is coordinator.
    public Optional<SequenceNumber> reign() {
        return role instanceof Coordinator coordinator
                ? Optional.of(coordinator.reign())
                : Optional.empty();
    }

    /// "coordinator", "candidate" or "follower".
    public String roleName() {
        return switch (role) {
            case Coordinator coordinator -> "coordinator";
            case Role.Candidate candidate -> "candidate";
            case Role.Follower follower -> "follower";
        };
    }

    /// Who this replica believes to be coordinator: itself, or who it granted the lease last.
    public Optional<ReplicaId> coordinator() {
        return isCoordinator()
                ? Optional.of(self())
                : shared.lease().holder().filter(holder -> !holder.equals(self()));
    }

    /// Until when this replica holds the master lease, on its own clock; [Long#MIN_VALUE] where it
    /// holds none.
    public long leaseUntil() {
        return role instanceof Coordinator coordinator ? coordinator.leaseUntil() : Long.MIN_VALUE;
    }

    /// The values of all instances up to here are known to be chosen and were handed out by
    /// [Effect.Learn].
    public long chosenUpTo() {
        return shared.ledger().chosenUpTo();
    }

    /// As far as this replica heard from anybody, every instance up to here is chosen.
    public long knownChosen() {
        return shared.catchUp().knownChosen();
    }

    /// The replay log is needed only above this instance.
    public long base() {
        return shared.ledger().base();
    }

    public Membership membership() {
        return shared.membership();
    }

    /// How far the other replicas know values to be chosen, as the coordinator heard from them;
    /// empty elsewhere.
    public Map<ReplicaId, Long> peersChosen() {
        return role instanceof Coordinator coordinator ? coordinator.peersChosen() : Map.of();
    }

    Role role() {
        return role;
    }

    Shared shared() {
        return shared;
    }
}
