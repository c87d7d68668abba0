package dev.ephor.simulator;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// How far [Explorer] looks: within these bounds it looks at everything.
///
/// @param replicas in the cell, voters and learners
/// @param learners the last so many are learners at first
/// @param replacing each learner is to take the place of a voter, the first one that of the last
///   voter, and so on; otherwise they are to vote beside the others
/// @param changes how often a coordinator is asked to promote the learners, all at once
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
/// @param order who stands for the first time, for the second, and so on, as replicas are named;
///   the last so many as it has not are anybody's
/// @param states so many are looked at before the exploration ends unfinished
record Bounds(
        int replicas,
        int learners,
        boolean replacing,
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
        List<Integer> order,
        long states) {
    Bounds {
        order = List.copyOf(order);
        if (replicas < 1 || candidates < 1 || candidates > replicas || learners >= replicas) {
            throw new IllegalArgumentException(
                    "at least one voter, and one candidate of the replicas");
        }
        if (replacing && learners > replicas / 2) {
            throw new IllegalArgumentException("a voter for each learner, which it replaces");
        }
        int last = candidates;
        if (order.stream().anyMatch(each -> each < 1 || each > last)) {
            throw new IllegalArgumentException("only candidates stand, 1 to " + last);
        }
    }

    /// What is looked at where nothing is said: a crash and a slow flush at any moment of an
    /// election, within a minute.
    static final Bounds SMALL =
            new Bounds(3, 0, true, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, List.of(), 5_000_000);

    String describe() {
        return replicas
                + " replicas, "
                + learners
                + " of them learners"
                + (learners > 0 && replacing ? " that replace voters, " : ", ")
                + changes
                + " changes, "
                + handOvers
                + " hand-overs, "
                + candidates
                + " candidates, "
                + elections
                + " elections"
                + (order.isEmpty() ? ", " : " in the order " + order + ", ")
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
            int voter = voters() - 1 - i;
            Optional<ReplicaId> replaced =
                    replacing ? Optional.of(LocalStates.id(voter)) : Optional.empty();
            members = members.admitting(LocalStates.id(voters() + i), new Learner(i, replaced));
        }
        return members;
    }

    /// Voters that never stand for election, and are not replaced either.
    List<ReplicaId> alike() {
        int end = Math.max(candidates, replacing ? voters() - learners : voters());
        return IntStream.range(candidates, end).mapToObj(LocalStates::id).toList();
    }

    /// Whether the replica may stand after so many elections.
    boolean mayStand(int replica, int before) {
        return replica < candidates
                && before < elections
                && (before >= order.size() || order.get(before) == replica + 1);
    }

    /// The same as numbers, for another class loader.
    long[] numbers() {
        LongStream bounds =
                LongStream.of(
                        replicas,
                        learners,
                        replacing ? 1 : 0,
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
                        states);
        LongStream stands = order.stream().mapToLong(Integer::longValue);
        return LongStream.concat(bounds, stands).toArray();
    }

    static Bounds of(long... numbers) {
        int[] all = Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
        return new Bounds(
                all[0],
                all[1],
                all[2] == 1,
                all[3],
                all[4],
                all[5],
                all[6],
                all[7],
                all[8],
                all[9],
                all[10],
                all[11],
                all[12],
                Arrays.stream(all).skip(14).boxed().toList(),
                all[13]);
    }
}
