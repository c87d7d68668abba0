package dev.ephor.simulator;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How far [Explorer] looks: within these bounds it looks at everything.
///
/// @param replicas in the cell, voters and learners
/// @param learners the last so many are learners at first, each to take the place of a voter: the
///   first one that of the last voter, and so on
/// @param changes how often a coordinator is asked to promote a learner
/// @param handOvers how often a coordinator is asked to hand over
/// @param candidates the first so many of them may stand for election; the others only vote, and
///   are interchangeable
/// @param elections propose phases, those of all candidates together
/// @param ticks of coordinators: heartbeats and repetitions
/// @param leases how often so much time passes that every lease is over
/// @param commands submitted, to whoever is coordinator
/// @param crashes with a restart from what was flushed
/// @param slow how often a flush takes so long that other things happen before it is done
/// @param duplicates messages that arrive a second time
/// @param states so many are looked at before the exploration ends unfinished
record Bounds(
        int replicas,
        int learners,
        int changes,
        int handOvers,
        int candidates,
        int elections,
        int ticks,
        int leases,
        int commands,
        int crashes,
        int slow,
        int duplicates,
        long states) {
    Bounds {
        if (replicas < 1 || candidates < 1 || candidates > replicas || learners > replicas / 2) {
            throw new IllegalArgumentException(
                    "at least one replica, one candidate of them, and a voter for each learner");
        }
    }

    /// What a test can afford.
    static final Bounds SMALL = new Bounds(3, 0, 0, 0, 2, 2, 1, 1, 0, 0, 0, 0, 5_000_000);

    String describe() {
        return replicas
                + " replicas, "
                + learners
                + " of them learners, "
                + changes
                + " changes, "
                + handOvers
                + " hand-overs, "
                + candidates
                + " candidates, "
                + elections
                + " elections, "
                + ticks
                + " ticks, "
                + leases
                + " leases, "
                + commands
                + " commands, "
                + crashes
                + " crashes, "
                + slow
                + " slow flushes, "
                + duplicates
                + " duplicates";
    }

    private int voters() {
        return replicas - learners;
    }

    /// The members at first.
    Membership membership() {
        Membership members =
                Membership.of(IntStream.range(0, voters()).mapToObj(LocalStates::id).toList());
        for (int i = 0; i < learners; i++) {
            ReplicaId replaced = LocalStates.id(voters() - 1 - i);
            Learner learner = new Learner(i, Optional.of(replaced));
            members = members.admitting(LocalStates.id(voters() + i), learner);
        }
        return members;
    }

    /// Voters that never stand for election, and are not replaced either.
    List<ReplicaId> alike() {
        int end = Math.max(candidates, voters() - learners);
        return IntStream.range(candidates, end).mapToObj(LocalStates::id).toList();
    }

    /// The same as numbers, for another class loader.
    long[] numbers() {
        return new long[] {
            replicas,
            learners,
            changes,
            handOvers,
            candidates,
            elections,
            ticks,
            leases,
            commands,
            crashes,
            slow,
            duplicates,
            states
        };
    }

    static Bounds of(long... numbers) {
        int[] all = Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
        return new Bounds(
                all[0],
                all[1],
                all[2],
                all[3],
                all[4],
                all[5],
                all[6],
                all[7],
                all[8],
                all[9],
                all[10],
                all[11],
                numbers[12]);
    }
}
