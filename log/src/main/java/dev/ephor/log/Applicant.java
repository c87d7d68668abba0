package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.util.function.Consumer;

/// What a replica is that has no usable disk: it has no promises that it could keep, so it is
/// nobody yet, and asks the cell to be let in as somebody new (PML §5.1 has it wait for an instance
/// instead, which does not protect against a promise that was forgotten while it was still needed).
///
/// It asks everybody it knows of once a second until the master has had its admission chosen. What
/// the others answer it shows in its status, so that an operator sees why it waits.
final class Applicant implements Phase {
    private static final long EVERY = 1_000_000_000L;

    private final Environment environment;
    private final Seat seat;
    private final Peers peers;
    private final String why;
    private final long nonce;
    private final Consumer<Identity> admitted;
    private final RollCall others;
    private final Rounds rounds;
    private volatile ReplicaStatus status;

    /// @param why what became of the disk
    /// @param admitted called on the loop with who this replica is from then on, when that is on
    ///   its disk
    Applicant(
            Environment environment,
            Seat seat,
            Peers peers,
            String why,
            Consumer<Identity> admitted) {
        this.environment = environment;
        this.seat = seat;
        this.peers = peers;
        this.why = why;
        this.admitted = admitted;
        this.others = new RollCall(environment, peers, seat.number());
        this.rounds = new Rounds(environment, EVERY, this::apply);
        this.nonce = environment.random().nextLong();
        this.status = ReplicaStatus.ofApplicant(self(), note());
    }

    private ReplicaId self() {
        return new ReplicaId(seat.number(), 0);
    }

    @Override
    public void start() {
        environment.reporter().info("asks to be admitted to the cell: " + why);
        environment.network().start(self(), nonce, new Incoming(environment, this::receive));
        rounds.begin();
    }

    @Override
    public ReplicaStatus status() {
        return status;
    }

    private void apply() {
        status = ReplicaStatus.ofApplicant(self(), note());
        Frame frame = new Frame.Apply(nonce, environment.network().address(), seat.service(), why);
        environment.network().sendToAll(FrameCodec.encode(frame));
        peers.tick(environment.nanoTime());
    }

    private void receive(ReplicaId from, Frame frame) {
        if (rounds.areOver()) {
            return;
        }
        if (frame instanceof Frame.Gossip gossip) {
            peers.gossiped(gossip.entries());
        } else if (frame instanceof Frame.Apply other) {
            others.asked(from, other, true, 0);
        } else if (frame instanceof Frame.Wait answer && answer.nonce() == nonce) {
            others.told(from, answer);
            status = ReplicaStatus.ofApplicant(self(), note());
        } else if (frame instanceof Frame.Admitted(long asked, ReplicaId replica)
                && asked == nonce
                && replica.number() == seat.number()) {
            rounds.end();
            environment.background().execute(() -> become(replica));
        }
    }

    /// Background. A replica that stops before this is done is an applicant again, and admitted as
    /// somebody else again.
    private void become(ReplicaId replica) {
        try {
            Identity identity = Identity.admit(environment.disk(), seat.cell(), replica, nonce);
            environment.loop().execute(() -> admitted.accept(identity));
        } catch (IOException e) {
            environment.fatal(
                    "this replica was admitted to the cell as "
                            + replica
                            + ", but cannot write that to its disk ("
                            + e.getMessage()
                            + "). Check the disk, then start it again: it applies anew",
                    e);
        }
    }

    /// Why it is an applicant, and what is known of the others.
    private String note() {
        String cell =
                !others.reason().isEmpty()
                        ? others.reason()
                        : others.isSilent()
                                ? "nobody answers"
                                : others.master().isEmpty()
                                        ? "there is no master: " + others.result()
                                        : "replica " + others.master() + " is master";
        return why + ". It asks to be admitted to the cell; " + cell;
    }

    @Override
    public void close(Runnable closed) {
        rounds.end();
        environment.diskExecutor().execute(closed);
    }
}
