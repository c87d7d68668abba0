package dev.ephor.paxos;

import java.util.List;
import java.util.random.RandomGenerator;

/// What every role of a replica works with: who it is, what it holds, and where its effects go.
record Shared(
        ReplicaId self,
        Settings settings,
        RandomGenerator random,
        Outbox outbox,
        Ledger ledger,
        Acceptor acceptor,
        GrantedLease lease,
        CatchUp catchUp) {

    /// The members as far as this replica knows the chosen values.
    Membership membership() {
        return ledger.membership();
    }

    List<ReplicaId> otherVoters() {
        return membership().voters().stream().filter(replica -> !replica.equals(self)).toList();
    }

    /// A random time up to the back-off, doubled with each failed attempt up to sixteenfold.
    long backoff(int attempts) {
        return 1 + random.nextLong(settings.backoff() << Math.min(attempts, 4));
    }
}
