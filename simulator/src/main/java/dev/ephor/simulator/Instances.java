package dev.ephor.simulator;

import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.paxos.SequenceNumber;
import dev.ephor.paxos.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What [CoreChecker] knows of every instance, from the first on.
final class Instances {
    private final List<Instance> all = new ArrayList<>();

    /// One instance.
    static final class Instance {
        /// What was proposed or accepted, a few.
        final List<Ballot> ballots = new ArrayList<>(1);

        @Nullable Value chosen;

        /// Of the applied prefix that ends here, as whoever came here first has it.
        long digest;

        /// The ballot of the sequence number; one for this value, where there is none yet.
        Ballot ballot(SequenceNumber sequence, Value value) {
            for (Ballot ballot : ballots) {
                if (ballot.sequence.equals(sequence)) {
                    return ballot;
                }
            }
            Ballot fresh = new Ballot(sequence, value);
            ballots.add(fresh);
            return fresh;
        }

        boolean hasVoted(ReplicaId replica, SequenceNumber sequence) {
            for (Ballot ballot : ballots) {
                if (ballot.sequence.equals(sequence) && ballot.voters.contains(replica)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// The value that a sequence number has here, and who ever had it on disk as accepted.
    static final class Ballot {
        final SequenceNumber sequence;
        final Value value;
        final List<ReplicaId> voters = new ArrayList<>(3);

        Ballot(SequenceNumber sequence, Value value) {
            this.sequence = sequence;
            this.value = value;
        }

        /// By the definition: the value is chosen where these are the members.
        boolean isMajorityOf(Membership members) {
            int count = 0;
            for (ReplicaId voter : voters) {
                count += members.voters().contains(voter) ? 1 : 0;
            }
            return 2 * count > members.voters().size();
        }

        void vote(ReplicaId voter) {
            if (!voters.contains(voter)) {
                voters.add(voter);
            }
        }
    }

    Instance at(long instance) {
        while (all.size() <= instance) {
            all.add(new Instance());
        }
        return all.get((int) instance);
    }

    /// The highest that anything was asked about.
    long last() {
        return all.size() - 1L;
    }
}
