package dev.ephor.simulator;

import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Who the members of a cell are, told from what its replicas say of themselves: all must say the
/// same. Knows therefore which disks the cell cannot do without.
final class MemberBook implements Atlas.Quorums {
    private final World world;
    private final List<? extends DiskMachine> machines;

    /// All that was ever seen, by the instance that made the members such.
    private final TreeMap<Long, Membership> known = new TreeMap<>();

    private final List<Pending> pending = new ArrayList<>();
    private final @Nullable ReplicaStatus[] seen;

    /// An order that may have an effect still.
    private static final class Pending {
        final MemberOrder order;

        /// How many memberships were known when its operator left it; -1 while he has not.
        int left = -1;

        /// It is done, although perhaps nobody has told yet who the members are now.
        boolean done;

        Pending(MemberOrder order) {
            this.order = order;
        }
    }

    MemberBook(World world, Membership first, List<? extends DiskMachine> machines, int count) {
        this.world = world;
        this.machines = machines;
        this.seen = new ReplicaStatus[count];
        known.put(0L, first);
    }

    /// The newest members that anybody has told of.
    Membership newest() {
        look();
        return known.lastEntry().getValue();
    }

    /// Asks all replicas who the members are. What they say may be older than what an operator was
    /// told.
    void look() {
        for (DiskMachine machine : machines) {
            ReplicaStatus status = machine.status();
            if (status != null && status != seen[machine.index]) {
                seen[machine.index] = status;
                look(machine, status);
            }
        }
        Membership newest = known.lastEntry().getValue();
        pending.removeIf(each -> each.done && isMade(each.order, newest));
    }

    private static boolean isMade(MemberOrder order, Membership members) {
        return switch (order) {
            case MemberOrder.Add(int number) -> members.everybody().stream().anyMatch(is(number));
            case MemberOrder.Remove(int number) ->
                    members.everybody().stream().noneMatch(is(number));
            case MemberOrder.Replace(int number, int by) ->
                    members.everybody().stream().noneMatch(is(number))
                            && members.everybody().stream().anyMatch(is(by));
            case MemberOrder.Transfer _ -> true;
        };
    }

    private void look(DiskMachine machine, ReplicaStatus status) {
        Membership members = status.membership();
        if (members.voters().isEmpty()) {
            return;
        }
        told(members, machine.name);
        world.check(
                status.epoch().owner().isNone()
                        || status.epoch().number() <= members.since()
                        || members.isVoter(status.epoch().owner().replica()),
                "only voters become master",
                () -> machine.name + " knows of " + status.epoch() + " among " + members);
    }

    /// Somebody says that these were the members at some time.
    void told(Membership members, String who) {
        Membership same = known.get(members.since());
        if (same != null) {
            world.check(
                    same.equals(members),
                    "everybody knows the same members",
                    () -> who + " says " + members + ", others " + same);
            return;
        }
        var before = known.lowerEntry(members.since());
        var after = known.higherEntry(members.since());
        world.check(
                before != null
                        && before.getValue().mayBecome(members)
                        && (after == null || members.mayBecome(after.getValue())),
                "who was removed does not come back",
                () -> who + " says " + members + " after " + before + " and before " + after);
        known.put(members.since(), members);
        world.note(who, "members", members);
        world.marks.reach("members changed");
        if (before != null && after == null) {
            size(before.getValue().voters().size(), members.voters().size());
        }
    }

    private void size(int before, int now) {
        if (now > before) {
            world.marks.reach("the cell grows to " + now + " voters");
        } else if (now < before) {
            world.marks.reach("the cell shrinks to " + now + " voters");
        }
    }

    /// This replica is a member of the newest cell.
    boolean isMember(DiskMachine machine) {
        return newest().isMember(machine.identity());
    }

    // ---- what is under way

    /// Somebody is about to ask for this; false where it could cost the cell its majority.
    boolean admits(MemberOrder order) {
        Pending added = new Pending(order);
        pending.add(added);
        boolean enough = holds(_ -> true);
        if (!enough) {
            pending.remove(added);
        }
        return enough;
    }

    void done(MemberOrder order) {
        for (Pending each : pending) {
            each.done |= each.order == order;
        }
    }

    /// Nobody waits for it any more, and it may be chosen late.
    void left(MemberOrder order) {
        for (Pending each : pending) {
            if (each.order == order) {
                each.left = known.size();
            }
        }
    }

    /// True where an order that concerns this number may have an effect still.
    boolean isConcerned(int number) {
        look();
        // A change is made for certain members: when they have changed it does nothing. What was
        // asked of a master just before that may follow.
        pending.removeIf(each -> each.left >= 0 && known.size() >= each.left + 2);
        return pending.stream()
                .anyMatch(each ->
                        switch (each.order) {
                            case MemberOrder.Add(int one) -> one == number;
                            case MemberOrder.Remove(int one) -> one == number;
                            case MemberOrder.Replace(int one, int by) ->
                                    one == number || by == number;
                            case MemberOrder.Transfer _ -> false;
                        });
    }

    // ---- what the cell cannot do without

    @Override
    public boolean holdWithout(int machine) {
        return holds(index -> index != machine);
    }

    /// Whether there is a majority of whole disks on these machines, among the voters as they are,
    /// as they were as long as hardly anybody knows better, and as they may be soon.
    boolean holds(IntPredicate well) {
        look();
        for (Membership members : known.descendingMap().values()) {
            if (!holds(members, well)) {
                return false;
            }
            if (isWellKnown(members)) {
                return true;
            }
        }
        return true;
    }

    private boolean isWellKnown(Membership members) {
        long knowing =
                members.voters().stream()
                        .map(voter -> machines.get(voter.number() - 1).status())
                        .filter(status ->
                                status != null && status.membership().since() >= members.since())
                        .count();
        return 2 * knowing > members.voters().size() + 1;
    }

    /// Counted as if everything came for the worst: who has no disk gets a vote, who has one loses
    /// it.
    private boolean holds(Membership members, IntPredicate well) {
        int voters = members.voters().size();
        TreeSet<ReplicaId> whole = new TreeSet<>();
        for (ReplicaId voter : members.voters()) {
            if (isWhole(voter, well)) {
                whole.add(voter);
            }
        }
        for (var learner : members.learners().entrySet()) {
            if (!isWhole(learner.getKey(), well)) {
                Learner as = learner.getValue();
                Optional<ReplicaId> replaced = as.replaces().filter(members::isVoter);
                voters += replaced.isEmpty() ? 1 : 0;
                replaced.ifPresent(whole::remove);
            }
        }
        for (Pending each : pending) {
            switch (each.order) {
                case MemberOrder.Add(int number) -> {
                    boolean joins = members.everybody().stream().noneMatch(is(number));
                    voters += joins && !well.test(number - 1) ? 1 : 0;
                }
                case MemberOrder.Remove(int number) -> voters -= whole.removeIf(is(number)) ? 1 : 0;
                case MemberOrder.Replace(int number, int by) -> {
                    if (!well.test(by - 1)) {
                        whole.removeIf(is(number));
                    }
                }
                case MemberOrder.Transfer _ -> {}
            }
        }
        return 2 * whole.size() > voters;
    }

    private static java.util.function.Predicate<ReplicaId> is(int number) {
        return replica -> replica.number() == number;
    }

    private boolean isWhole(ReplicaId replica, IntPredicate well) {
        DiskMachine machine = machines.get(replica.number() - 1);
        return well.test(machine.index)
                && machine.identity().equals(replica)
                && !machine.isDamaged();
    }

    // ---- the end

    /// Who is well again when the faults end: everybody, or not many more than a majority whose
    /// disks hold.
    List<Integer> healed(Rng rng) {
        boolean[] well = new boolean[machines.size()];
        Arrays.fill(well, true);
        if (rng.nextBoolean()) {
            for (int tries = 0; tries < 3 * well.length; tries++) {
                int one = rng.between(0, well.length - 1);
                boolean before = well[one];
                well[one] = false;
                well[one] = before && !holds(index -> well[index]);
            }
        }
        List<Integer> healed = new ArrayList<>();
        for (int i = 0; i < well.length; i++) {
            if (well[i]) {
                healed.add(i);
            }
        }
        return healed;
    }

    /// All machines.
    List<Integer> everybody() {
        return machines.stream().map(machine -> machine.index).toList();
    }

    /// What has still to be done about the members; null where nothing is.
    @Nullable String unfinished(List<Integer> healed) {
        Membership now = newest();
        for (int index : healed) {
            DiskMachine machine = machines.get(index);
            ReplicaStatus status = machine.status();
            if (status == null) {
                return machine.name + " does not run";
            }
            boolean known = now.everybody().stream().anyMatch(is(index + 1));
            if (known && !now.isVoter(status.self())) {
                return status.self() + " does not vote: " + status.role() + ", " + status.note();
            }
            if (!known && status.role() != Role.REMOVED && status.role() != Role.APPLICANT) {
                return status.self() + " does not know that it was removed";
            }
        }
        return null;
    }
}
