package dev.ephor.paxos;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// How a replica conducts itself: which role takes an input, and when it passes from one role to
/// another. What an acceptor owes to others does not depend on the role: see [AcceptorDuties].
final class Conduct {
    private final Shared shared;
    private final AcceptorDuties acceptor;
    private Role role = Role.Follower.CONTENT;

    /// The highest sequence number seen anywhere: an attempt to become coordinator goes above it.
    private SequenceNumber highestSeen;

    Conduct(Shared shared) {
        this.shared = shared;
        this.acceptor = new AcceptorDuties(shared);
        this.highestSeen = shared.acceptor().promised();
    }

    Role role() {
        return role;
    }

    /// The coordinator that this replica is, unless it only finishes a change of members.
    Optional<Coordinator> serving() {
        return role instanceof Coordinator coordinator && !coordinator.isFinishing()
                ? Optional.of(coordinator)
                : Optional.empty();
    }

    void take(long now, Input input) {
        switch (input) {
            case Input.Tick tick -> tick(now);
            case Input.Received(ReplicaId from, Message message) -> received(now, from, message);
            case Input.Submit(List<Input.Command> commands) -> submit(now, commands);
            case Input.Persisted(long ticket) -> persisted(now, ticket);
            case Input.SnapshotInstalled(long instance, Membership membership) ->
                    installed(instance, membership);
            case Input.SnapshotFailed failed -> shared.catchUp().snapshotEnded();
            case Input.Truncated(long instance) -> shared.ledger().truncated(instance);
            case Input.ChangeMembership change -> change(now, change);
            case Input.TransferTo(Optional<ReplicaId> target, String why) ->
                    transfer(now, target, why);
            case Input.StepDown(String why) -> stepDown(now, why);
        }
        settle(now);
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
        if (!mayStand()) {
            boolean alone = !shared.lease().forbids(shared.self(), now);
            if (alone && !shared.membership().isRemoved(shared.self())) {
                shared.catchUp().askAround(now);
            }
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
            stand(now, SequenceNumber.NONE, follower.attempts());
        }
    }

    private boolean mayStand() {
        return shared.membership().isVoter(shared.self()) && !shared.catchUp().isFetchingSnapshot();
    }

    private void stand(long now, SequenceNumber released, int attempts) {
        Election election = Election.begin(shared, highest(), released, attempts, now);
        role = new Role.Candidate(election, attempts);
    }

    private void retryLater(long now, int attempts) {
        role = Role.Follower.waiting(now + shared.backoff(attempts), attempts);
    }

    private void received(long now, ReplicaId from, Message message) {
        if (from.equals(shared.self())) {
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
            case Message.TakeOver(SequenceNumber sequence) -> takeOver(now, from, sequence);
            case Message.CatchUp(long instance) -> shared.catchUp().serve(from, instance);
            case Message.Chosen chosen -> chosen(now, from, chosen);
            case Message.SnapshotAvailable available ->
                    shared.catchUp().snapshotAvailable(from, available);
        }
    }

    private void propose(long now, ReplicaId from, Message.Propose propose) {
        if (!acceptor.admitsPropose(now, from, propose)) {
            return;
        }
        see(propose.sequence());
        acceptor.promise(from, propose);
        if (role instanceof Coordinator coordinator) {
            coordinator.end("replica " + from + " stands for election and the lease has run out");
        }
        role = Role.Follower.waiting(now + shared.settings().attempt() + shared.backoff(0), 0);
    }

    private void promised(long now, ReplicaId from, Message.Promise promise) {
        shared.catchUp().heard(from, promise.chosenUpTo());
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> candidate.election().promised(from, promise);
            case Coordinator coordinator -> {
                coordinator.promised(from, promise);
                raiseIfWon(now, coordinator);
            }
        }
    }

    /// A candidate wins once a majority has promised and it knows all that they know to be chosen,
    /// so that it knows who the members are. Where they changed meanwhile, it asked the wrong ones.
    private void settleElection(long now, Role.Candidate candidate) {
        Election election = candidate.election();
        if (!election.isAmong(shared.membership())) {
            if (mayStand()) {
                stand(now, election.released(), candidate.attempts());
            } else {
                role = Role.Follower.CONTENT;
            }
            return;
        }
        Optional<Recovery> won = election.won();
        long chosenUpTo = shared.ledger().chosenUpTo();
        if (won.isEmpty()
                || chosenUpTo < won.get().base() - 1
                || shared.catchUp().isFetchingSnapshot()) {
            shared.catchUp().ask(now);
            return;
        }
        Recovery recovery = won.get().above(chosenUpTo);
        long last = chosenUpTo + recovery.entries().size();
        if (shared.catchUp().knownChosen() > last) {
            // More is chosen than the promises show, by a coordinator above this candidate perhaps.
            retryLater(now, candidate.attempts() + 1);
            return;
        }
        role = Coordinator.begin(shared, election.propose(), recovery, now);
    }

    private void raiseIfWon(long now, Coordinator coordinator) {
        Optional<Coordinator.Raised> raised = coordinator.raised();
        if (raised.isPresent() && !coordinator.raise(raised.get(), now)) {
            coordinator.end("another replica was coordinator meanwhile");
            retryLater(now, 0);
        }
    }

    private void accept(long now, ReplicaId from, Message.Accept accept) {
        boolean master = serving().filter(mine -> now < mine.leaseUntil()).isPresent();
        if (!acceptor.admitsAccept(now, from, accept, master)) {
            return;
        }
        see(accept.sequence());
        if (role instanceof Coordinator coordinator) {
            coordinator.end("replica " + from + " is coordinator");
        }
        role = Role.Follower.CONTENT;
        acceptor.accept(now, from, accept);
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

    /// The master has handed over to this replica: it stands at once.
    private void takeOver(long now, ReplicaId from, SequenceNumber sequence) {
        released(now, from, sequence);
        if (sequence.replica().equals(from)
                && role instanceof Role.Follower
                && mayStand()
                && !shared.lease().forbids(shared.self(), now)) {
            see(sequence);
            stand(now, sequence, 0);
        }
    }

    private void chosen(long now, ReplicaId from, Message.Chosen chosen) {
        if (role instanceof Coordinator coordinator
                && coordinator.proposals().areContradictedBy(chosen)) {
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
        serving()
                .ifPresentOrElse(
                        coordinator -> coordinator.submit(commands, now),
                        () -> refuse(commands.stream().map(Input.Command::ticket).toList()));
    }

    private void change(long now, Input.ChangeMembership change) {
        serving()
                .ifPresentOrElse(
                        coordinator -> coordinator.change(change, now),
                        () -> refuse(List.of(change.ticket())));
    }

    private void refuse(List<Long> tickets) {
        shared.outbox().add(new Effect.Refused(tickets, Effect.Refusal.NOT_COORDINATOR));
    }

    private void transfer(long now, Optional<ReplicaId> target, String why) {
        Optional<String> whyNot =
                serving()
                        .map(coordinator -> coordinator.handOver(target, why, now))
                        .orElse(Optional.of("this replica is not coordinator"));
        whyNot.ifPresent(reason -> shared.outbox().add(new Effect.TransferFailed(reason)));
    }

    private void persisted(long now, long ticket) {
        shared.acceptor().persisted(ticket);
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> candidate.election().persisted(shared.self(), ticket);
            case Coordinator coordinator -> {
                coordinator.persisted(ticket, now);
                raiseIfWon(now, coordinator);
            }
        }
    }

    private void installed(long instance, Membership membership) {
        shared.catchUp().snapshotEnded();
        if (instance > shared.ledger().chosenUpTo()) {
            if (role instanceof Coordinator coordinator) {
                coordinator.end("another replica is coordinator");
                role = Role.Follower.CONTENT;
            }
            shared.ledger().installed(instance, membership);
            shared.acceptor().installed();
        }
    }

    /// Steps down on purpose.
    private void stepDown(long now, String why) {
        if (role instanceof Coordinator coordinator) {
            giveBack(now, coordinator, new Coordinator.Ending(why, Optional.empty()));
        }
    }

    /// The reign ends before the lease is given back, so nobody can be master in between; this
    /// replica leaves the others a full lease to elect somebody else.
    private void giveBack(long now, Coordinator coordinator, Coordinator.Ending ending) {
        coordinator.end(ending.why());
        coordinator.proposals().release(now);
        ending.successor()
                .ifPresent(successor ->
                        shared.outbox()
                                .send(
                                        successor,
                                        new Message.TakeOver(coordinator.proposals().sequence())));
        role = Role.Follower.waiting(now + shared.settings().lease() + shared.backoff(0), 0);
    }

    /// An election may be won, or a reign over, by what happened in this step.
    private void settle(long now) {
        switch (role) {
            case Role.Follower follower -> {}
            case Role.Candidate candidate -> settleElection(now, candidate);
            case Coordinator coordinator -> {
                if (coordinator.proposals().areSuperseded()) {
                    coordinator.end("another replica is coordinator");
                    role = Role.Follower.CONTENT;
                } else {
                    coordinator.ending(now).ifPresent(ending -> finish(now, coordinator, ending));
                }
            }
        }
    }

    private void finish(long now, Coordinator coordinator, Coordinator.Ending ending) {
        if (coordinator.isFinishing() && mayStand()) {
            // The new members bound themselves to nobody but this replica: it goes on at once.
            coordinator.end(ending.why());
            stand(now, SequenceNumber.NONE, 0);
        } else {
            if (shared.membership().isVoter(shared.self())) {
                // So that the successor knows that all it has is chosen.
                coordinator.proposals().heartbeat(now);
            }
            giveBack(now, coordinator, ending);
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
}
