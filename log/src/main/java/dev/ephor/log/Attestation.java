package dev.ephor.log;

import static java.util.stream.Collectors.joining;

import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/// What a replica does before it takes part: it asks the others whether its disk is the one that it
/// had when they heard it last, or an old copy, which has forgotten promises (PML §5.1). It waits
/// until so many have answered that they and it are a majority; where no majority can answer it
/// could do nothing anyway.
///
/// This finds a copy from a backup, a disk that lost what it said was flushed, and a last batch
/// that was damaged so as to look torn, as long as somebody remembers more than the disk does.
final class Attestation implements Phase {
    private final Environment environment;
    private final Peers peers;
    private final PeerEntry self;
    private final int needed;
    private final ReplayLog log;
    private final Outcome outcome;
    private final TreeSet<Integer> attested = new TreeSet<>();
    private final RollCall others;
    private final Rounds rounds;
    private volatile ReplicaStatus status;

    /// How it ends; on the loop.
    interface Outcome {
        void mayTakePart();

        /// The disk is an old copy.
        void mustNot(String why);
    }

    /// @param needed how many others must have answered
    /// @param every how often they are asked, in nanoseconds
    /// @param status until then
    Attestation(
            Environment environment,
            Peers peers,
            PeerEntry self,
            int needed,
            long every,
            ReplicaStatus status,
            ReplayLog log,
            Outcome outcome) {
        this.environment = environment;
        this.peers = peers;
        this.self = self;
        this.needed = needed;
        this.status = status;
        this.log = log;
        this.outcome = outcome;
        this.others = new RollCall(environment, peers, self.replica().number());
        this.rounds = new Rounds(environment, every, this::ask);
    }

    @Override
    public void start() {
        peers.started(self);
        environment
                .network()
                .start(self.replica(), self.store(), new Incoming(environment, this::receive));
        decide();
        rounds.begin();
    }

    @Override
    public ReplicaStatus status() {
        return status;
    }

    private void ask() {
        status = status.noting(note());
        environment.network().sendToAll(FrameCodec.encode(new Frame.Announce(self)));
        peers.tick(environment.nanoTime());
    }

    private void receive(ReplicaId from, Frame frame) {
        if (rounds.areOver()) {
            return;
        }
        if (frame instanceof Frame.Announce(PeerEntry started)) {
            others.started(started);
            peers.announced(from, started);
        } else if (frame instanceof Frame.Gossip gossip) {
            peers.gossiped(gossip.entries());
        } else if (frame instanceof Frame.Apply apply) {
            others.asked(from, apply, false, self.highest());
        } else {
            judge(from, frame);
        }
    }

    private void judge(ReplicaId from, Frame frame) {
        Optional<String> objection = peers.objection(from, frame);
        if (objection.isPresent()) {
            rounds.end();
            outcome.mustNot(objection.get());
        } else if (frame instanceof Frame.Attest attest
                && attest.replica().equals(self.replica())
                && attest.run() == self.run()) {
            attested.add(from.number());
            others.answered(from);
            decide();
        }
    }

    private void decide() {
        if (!rounds.areOver() && attested.size() >= needed) {
            rounds.end();
            outcome.mayTakePart();
        }
    }

    /// What it waits for, what it holds, and what is known of the others.
    private String note() {
        String heard = others.result();
        return "it waits until "
                + (needed == 1 ? "another one says" : needed + " others say")
                + " that its disk is no old copy"
                + (attested.isEmpty() ? "" : ", as " + names(attested) + " did")
                + "; it "
                + RollCall.whatItHolds(self.highest())
                + (heard.isEmpty() ? "" : "; " + heard);
    }

    private static String names(Collection<Integer> numbers) {
        return numbers.stream().map(number -> "replica " + number).collect(joining(" and "));
    }

    @Override
    public void close(Runnable closed) {
        rounds.end();
        environment
                .diskExecutor()
                .execute(() -> {
                    closeLog();
                    closed.run();
                });
    }

    private void closeLog() {
        try {
            log.close();
        } catch (IOException e) {
            environment.reporter().warn("closing the replay log failed: " + e.getMessage());
        }
    }
}
