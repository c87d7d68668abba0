package dev.ephor.simulator;

import dev.ephor.paxos.Learner;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.Replica;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Changes the members of a cell of bare cores at random: wipes disks, which then come back as
/// somebody else, adds and removes replicas, replaces all of them at once, and hands mastership
/// over. What the log does about applicants and learners is done here in a few lines.
final class CoreChurn {
    private final CoreCell cell;
    private final World world;
    private final Plan plan;
    private final Schedule orders;
    private final Schedule helper;
    private @Nullable List<Integer> well;

    /// By the number of an applicant, the random number that it asks with.
    private final TreeMap<Integer, Long> nonces = new TreeMap<>();

    /// What a seed draws.
    ///
    /// @param spares machines beside the first members
    /// @param wipeEvery between losses of disks
    /// @param addEvery between additions of machines that are no members
    /// @param removeEvery between removals
    /// @param replaceAllEvery between changes of all voters at once
    /// @param transferEvery between hand-overs of mastership
    record Plan(
            int spares,
            long wipeEvery,
            long addEvery,
            long removeEvery,
            long replaceAllEvery,
            long transferEvery) {
        static Plan draw(Rng rng, long lease) {
            if (!rng.chance(0.5)) {
                return new Plan(0, 0, 0, 0, 0, 0);
            }
            return new Plan(
                    rng.between(0, 3),
                    every(rng, 0.6, lease),
                    every(rng, 0.6, lease),
                    every(rng, 0.5, lease),
                    every(rng, 0.2, lease),
                    every(rng, 0.5, lease));
        }

        private static long every(Rng rng, double probability, long lease) {
            long mean = rng.magnitude(2 * lease, 30 * lease);
            return rng.chance(probability) ? mean : 0;
        }
    }

    CoreChurn(CoreCell cell, Plan plan) {
        this.cell = cell;
        this.world = cell.world;
        this.plan = plan;
        this.orders = new Schedule(world, "changes of members");
        this.helper = Schedule.busy(world, "admission");
    }

    void begin() {
        orders.every("wipe", plan.wipeEvery(), this::wipe);
        orders.every("add", plan.addEvery(), this::add);
        orders.every("remove", plan.removeEvery(), this::remove);
        orders.every("replace all", plan.replaceAllEvery(), this::replaceAll);
        orders.every("transfer", plan.transferEvery(), this::transfer);
        helper.every("admission", cell.settings.lease() / 4, this::help);
    }

    /// What is begun is finished; nothing more is begun.
    void calm() {
        orders.end();
    }

    private @Nullable CoreNode master() {
        for (CoreNode node : cell.nodes()) {
            if (cell.servesReads(node) && !node.isPaused()) {
                return node;
            }
        }
        return null;
    }

    // ---- what happens

    private void wipe(Rng rng) {
        CoreNode victim = rng.pick(cell.nodes());
        if (!victim.isApplicant()
                && mayLose(victim)
                && world.choices.make(world, "wipe", victim.name)) {
            world.note(victim.name, "wipe", victim.id());
            world.marks.reach("disk lost");
            victim.loseDisk();
            nonces.put(victim.index + 1, rng.nextLong());
        }
    }

    /// Whether a majority of the voters still has its disks when this one is gone: of the voters as
    /// they are, as they may be soon, and as they were, as long as hardly anybody knows better.
    private boolean mayLose(CoreNode victim) {
        return cell.checker.pendingMembers().isEmpty()
                && relevant().stream().allMatch(members -> hasMajorityWithout(members, victim));
    }

    private List<Membership> relevant() {
        List<Membership> all = new ArrayList<>(cell.checker.pendingMembers());
        Membership newest = cell.checker.members();
        all.add(newest);
        long know =
                newest.voters().stream()
                        .map(cell::node)
                        .filter(node -> node.isUp() && node.members().since() == newest.since())
                        .count();
        if (2 * know <= newest.voters().size() + 1) {
            all.add(cell.checker.formerMembers());
        }
        return all;
    }

    private boolean hasMajorityWithout(Membership members, @Nullable CoreNode lost) {
        long whole =
                members.voters().stream()
                        .filter(voter -> {
                            CoreNode node = cell.node(voter);
                            return node != lost && node.id().equals(voter);
                        })
                        .count();
        return 2 * whole > members.voters().size();
    }

    private void add(Rng rng) {
        CoreNode node = rng.pick(cell.nodes());
        if (node.isApplicant()
                && !nonces.containsKey(node.index + 1)
                && world.choices.make(world, "add", node.name)) {
            nonces.put(node.index + 1, rng.nextLong());
        }
    }

    private void remove(Rng rng) {
        CoreNode master = master();
        Replica core = master == null ? null : master.replica();
        if (master == null || core == null) {
            return;
        }
        Membership now = core.membership();
        List<ReplicaId> all = new ArrayList<>(now.everybody());
        ReplicaId victim = rng.pick(all);
        boolean last = now.voters().equals(new TreeSet<>(List.of(victim)));
        if (!last && world.choices.make(world, "remove", victim.toString())) {
            propose(master, now, now.without(victim));
        }
    }

    /// All learners vote, and nobody else.
    private void replaceAll(Rng rng) {
        CoreNode master = master();
        Replica core = master == null ? null : master.replica();
        if (master == null || core == null || core.membership().learners().isEmpty()) {
            return;
        }
        Membership now = core.membership();
        if (world.choices.make(world, "replace all", now.learners().keySet().toString())) {
            world.marks.reach("all voters replaced at once is asked for");
            propose(
                    master,
                    now,
                    new Membership(
                            new TreeSet<>(now.learners().keySet()),
                            new TreeMap<>(),
                            now.incarnations(),
                            now.since()));
        }
    }

    private void transfer(Rng rng) {
        CoreNode master = master();
        Replica core = master == null ? null : master.replica();
        if (master == null || core == null) {
            return;
        }
        ReplicaId to = rng.pick(new ArrayList<>(core.membership().voters()));
        Optional<ReplicaId> target = rng.nextBoolean() ? Optional.of(to) : Optional.empty();
        if (world.choices.make(world, "transfer", target.toString())) {
            world.note(master.name, "transfer", target);
            master.transfer(target);
        }
    }

    private void propose(CoreNode master, Membership now, Membership next) {
        if (!now.mayBecome(next) || !hasMajorityWithout(next, null)) {
            return;
        }
        long ticket = cell.checker.tickets().issue(master);
        world.note(master.name, "change", next);
        master.change(ticket, now.since(), next);
    }

    // ---- what the log does about it

    private void help(Rng rng) {
        CoreNode master = master();
        Replica core = master == null ? null : master.replica();
        if (master == null || core == null) {
            return;
        }
        Membership now = core.membership();
        for (var learner : now.learners().entrySet()) {
            long behind =
                    core.chosenUpTo() - core.peersChosen().getOrDefault(learner.getKey(), -1000L);
            boolean lostAgain = nonces.containsKey(learner.getKey().number());
            if (behind < 50 && !lostAgain && isWell(learner.getKey())) {
                propose(master, now, now.promoting(learner.getKey()));
                return;
            }
        }
        for (var applicant : nonces.entrySet()) {
            ReplicaId fresh = now.nextIncarnation(applicant.getKey());
            boolean admitted =
                    now.learners().values().stream()
                            .anyMatch(learner -> learner.nonce() == applicant.getValue());
            if (!admitted && isWell(fresh)) {
                Optional<ReplicaId> replaces = now.voterWith(fresh.number());
                propose(
                        master,
                        now,
                        now.admitting(fresh, new Learner(applicant.getValue(), replaces)));
                return;
            }
        }
    }

    /// Once the faults have ended, who stays broken must not be given a vote that others then need.
    private boolean isWell(ReplicaId replica) {
        return well == null || well.contains(replica.number() - 1);
    }

    /// A change is chosen: whoever was admitted is told, a little later.
    void chosen(Membership next) {
        next.learners()
                .forEach((replica, learner) -> {
                    Long nonce = nonces.get(replica.number());
                    if (nonce != null && nonce == learner.nonce()) {
                        world.after(World.MILLI, null, () -> admit(replica, learner.nonce()));
                    }
                });
    }

    private void admit(ReplicaId replica, long nonce) {
        CoreNode node = cell.node(replica);
        Long asked = nonces.get(replica.number());
        if (asked != null && asked == nonce && node.isApplicant()) {
            nonces.remove(replica.number());
            world.note(node.name, "admitted", replica);
            world.marks.reach("applicant admitted");
            node.admit(replica);
        }
    }

    // ---- the end

    /// Who is well again when the faults end: at least a majority of the voters, as they are and as
    /// they may be.
    List<Integer> healed(Rng rng) {
        List<Integer> healed = new ArrayList<>();
        for (CoreNode node : cell.nodes()) {
            healed.add(node.index);
        }
        if (rng.chance(0.5)) {
            for (int tries = 0; tries < healed.size() * 2; tries++) {
                Integer one = rng.pick(healed);
                List<Integer> fewer = new ArrayList<>(healed);
                fewer.remove(one);
                if (isEnough(fewer)) {
                    healed = fewer;
                }
            }
        }
        well = healed;
        return healed;
    }

    private boolean isEnough(List<Integer> healed) {
        for (Membership members : relevant()) {
            long well =
                    members.voters().stream()
                            .filter(voter -> {
                                CoreNode node = cell.node(voter);
                                return node.id().equals(voter) && healed.contains(node.index);
                            })
                            .count();
            if (2 * well <= members.voters().size()) {
                return false;
            }
        }
        return !healed.isEmpty();
    }

    /// What has still to be done about the members; null where nothing is.
    @Nullable String unfinished(List<Integer> healed) {
        for (int number : nonces.keySet()) {
            if (healed.contains(number - 1)) {
                return "nobody admits r" + number;
            }
        }
        for (ReplicaId learner : cell.checker.members().learners().keySet()) {
            if (healed.contains(learner.number() - 1)) {
                return learner + " is not promoted";
            }
        }
        return null;
    }
}
