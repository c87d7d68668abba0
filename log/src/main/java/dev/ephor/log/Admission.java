package dev.ephor.log;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who asks to be admitted, and what becomes of it. A replica that lost its disk gets in by itself:
/// as a learner under its next incarnation, to take the place of its old self, which must not be
/// running any more. Whoever is no member waits for an operator. Confined to the loop.
final class Admission {
    private static final long FORGOTTEN_AFTER = 5_000_000_000L;

    private final Environment environment;
    private final Peers peers;
    private final long lease;
    private final TreeMap<Integer, Asking> asking = new TreeMap<>();

    private record Asking(long nonce, long at) {}

    Admission(Environment environment, Peers peers, long lease) {
        this.environment = environment;
        this.peers = peers;
        this.lease = lease;
    }

    /// Somebody asks. Returns who he is where he is admitted already.
    Optional<ReplicaId> asked(ReplicaId from, Frame.Apply apply, Membership members) {
        environment.network().locate(from, apply.address());
        Optional<ReplicaId> admitted =
                members.learners().entrySet().stream()
                        .filter(learner ->
                                learner.getKey().number() == from.number()
                                        && learner.getValue().nonce() == apply.nonce())
                        .map(SortedMap.Entry::getKey)
                        .findFirst();
        if (admitted.isPresent()) {
            asking.remove(from.number());
        } else {
            asking.put(from.number(), new Asking(apply.nonce(), environment.nanoTime()));
        }
        return admitted;
    }

    /// Of the applicant with this number, where one asked lately.
    OptionalLong nonceOf(int number) {
        Asking found = asking.get(number);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.nonce());
    }

    void tick(long now) {
        asking.values().removeIf(each -> now - each.at() > FORGOTTEN_AFTER);
    }

    /// The members are these now. Whoever was let in asks no more, and who asked before under that
    /// number is gone: an earlier run, which must not push a later one out as soon as that is not
    /// heard. Whoever asks still does so again.
    void changed(Membership members) {
        members.learners().keySet().forEach(learner -> asking.remove(learner.number()));
    }

    /// The members with one more learner, where somebody who asks may be let in.
    Optional<Membership> next(Membership members) {
        for (var each : asking.entrySet()) {
            int number = each.getKey();
            if (obstacle(number, members).isEmpty()) {
                Optional<ReplicaId> learner = members.learnerWith(number);
                Optional<ReplicaId> replaces =
                        learner.map(members.learners()::get)
                                .map(Learner::replaces)
                                .orElse(members.voterWith(number));
                return Optional.of(
                        members.admitting(number, new Learner(each.getValue().nonce(), replaces)));
            }
        }
        return Optional.empty();
    }

    /// Why the applicant with this number is not admitted by itself; empty where it is.
    private String obstacle(int number, Membership members) {
        Optional<ReplicaId> old = members.learnerWith(number).or(() -> members.voterWith(number));
        if (old.isEmpty()) {
            return "replica "
                    + number
                    + " is no member of the cell: an operator must add it, or have it replace"
                    + " another";
        }
        if (isAlive(old.get())) {
            return "replica "
                    + old.get()
                    + " was heard a moment ago: while it runs, another replica cannot come in under"
                    + " its number";
        }
        return members.learners().entrySet().stream()
                .filter(learner -> learner.getValue().replaces().equals(old))
                .map(Map.Entry::getKey)
                .filter(learner -> learner.number() != number && isAlive(learner))
                .findFirst()
                .map(other -> "replica " + other + " is about to take its place")
                .orElse("");
    }

    /// True where the replica was heard within two leases.
    boolean isAlive(ReplicaId replica) {
        return peers.isHeard(replica, 2 * lease);
    }

    /// What the applicants wait for, by number.
    SortedMap<Integer, String> waiting(Membership members) {
        TreeMap<Integer, String> waiting = new TreeMap<>();
        for (int number : asking.keySet()) {
            waiting.put(number, reason(number, members));
        }
        return waiting;
    }

    String reason(int number, Membership members) {
        String obstacle = obstacle(number, members);
        return obstacle.isEmpty() ? "its admission is being decided" : obstacle;
    }
}
