package dev.ephor.simulator;

import dev.ephor.log.ReplicaStatus;
import dev.ephor.log.ReplicaStatus.Role;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Operators who change the members of a cell with disks at random: they add, remove and replace
/// replicas, one by one and several at once, hand mastership over, and give the machines of removed
/// replicas empty disks. Who is told that he asked the wrong replica asks another one; whoever asks
/// a replica that dies asks again.
final class MemberChurn {
    private static final int MOST_ATTEMPTS = 60;

    private final World world;
    private final MemberBook book;
    private final List<? extends DiskMachine> machines;
    private final Atlas atlas;
    private final Plan plan;
    private final Schedule orders;
    private final List<Errand> errands = new ArrayList<>();

    /// What a seed draws.
    ///
    /// @param spares machines beside the first members
    /// @param addEvery between additions
    /// @param removeEvery between removals
    /// @param replaceEvery between replacements
    /// @param transferEvery between hand-overs of mastership
    /// @param reuseEvery between times in which the machine of a removed replica is used again
    /// @param atOnce how much is asked for at a time
    record Plan(
            int spares,
            long addEvery,
            long removeEvery,
            long replaceEvery,
            long transferEvery,
            long reuseEvery,
            int atOnce) {
        private static final int MOST_MACHINES = 7;

        static final Plan NONE = new Plan(0, 0, 0, 0, 0, 0, 1);

        static Plan draw(Rng rng, int replicas) {
            if (!rng.chance(0.5)) {
                return NONE;
            }
            int room = MOST_MACHINES - replicas;
            boolean grows = rng.chance(0.3);
            return new Plan(
                    grows ? room : Math.min(room, rng.between(0, 3)),
                    grows ? rng.magnitude(World.SECOND / 4, World.SECOND) : every(rng, 0.6),
                    every(rng, grows ? 0.2 : 0.6),
                    every(rng, 0.5),
                    every(rng, 0.5),
                    every(rng, 0.8),
                    rng.pick(List.of(1, 1, 2, 3)));
        }

        /// Nothing but what is asked for by [#want].
        static Plan spares(int count) {
            return new Plan(count, 0, 0, 0, 0, 0, 1);
        }

        private static long every(Rng rng, double probability) {
            long mean = rng.magnitude(World.SECOND / 2, 15 * World.SECOND);
            return rng.chance(probability) ? mean : 0;
        }
    }

    /// One operator with one order.
    private static final class Errand {
        final MemberOrder order;
        final boolean replacesDamaged;
        @Nullable DiskMachine asked;
        @Nullable Process life;
        boolean askedMaster;
        int attempts;

        Errand(MemberOrder order, boolean replacesDamaged) {
            this.order = order;
            this.replacesDamaged = replacesDamaged;
        }

        boolean isWaiting() {
            return asked != null;
        }
    }

    MemberChurn(
            World world,
            MemberBook book,
            List<? extends DiskMachine> machines,
            Atlas atlas,
            Plan plan) {
        this.world = world;
        this.book = book;
        this.machines = machines;
        this.atlas = atlas;
        this.plan = plan;
        this.orders = new Schedule(world, "changes of members");
    }

    void begin() {
        orders.every("add", plan.addEvery(), rng -> repeat(rng, this::add));
        orders.every("remove", plan.removeEvery(), rng -> repeat(rng, this::remove));
        orders.every("replace", plan.replaceEvery(), rng -> repeat(rng, this::replace));
        orders.every("transfer", plan.transferEvery(), this::transfer);
        orders.every("reuse", plan.reuseEvery(), this::reuse);
        if (!plan.equals(Plan.NONE)) {
            orders.every("operators", 100 * World.MILLI, this::goOn);
        }
    }

    /// The operators go home. What is under way goes on without them.
    void calm() {
        orders.end();
        errands.forEach(errand -> book.left(errand.order));
        errands.clear();
    }

    private void repeat(Rng rng, java.util.function.Consumer<Rng> task) {
        for (int i = 0; i < plan.atOnce(); i++) {
            task.accept(rng);
        }
    }

    // ---- what they want

    private void add(Rng rng) {
        DiskMachine spare = spare(rng);
        if (spare != null && world.choices.make(world, "add", spare.name)) {
            want(new MemberOrder.Add(spare.index + 1), false);
        }
    }

    private void remove(Rng rng) {
        ReplicaId victim = rng.pick(new ArrayList<>(book.newest().everybody()));
        if (!book.isConcerned(victim.number())
                && world.choices.make(world, "remove", victim.toString())) {
            want(new MemberOrder.Remove(victim.number()), false);
        }
    }

    private void replace(Rng rng) {
        List<ReplicaId> voters = new ArrayList<>(book.newest().voters());
        List<ReplicaId> damaged =
                voters.stream()
                        .filter(voter -> machines.get(voter.number() - 1).isDamaged())
                        .toList();
        ReplicaId old = rng.pick(damaged.isEmpty() ? voters : damaged);
        DiskMachine spare = spare(rng);
        if (spare != null
                && !book.isConcerned(old.number())
                && world.choices.make(world, "replace", old + " by " + spare.name)) {
            want(
                    new MemberOrder.Replace(old.number(), spare.index + 1),
                    machines.get(old.number() - 1).isDamaged());
        }
    }

    private void transfer(Rng rng) {
        ReplicaId to = rng.pick(new ArrayList<>(book.newest().voters()));
        MemberOrder.Transfer order = new MemberOrder.Transfer(rng.nextBoolean() ? to.number() : 0);
        if (world.choices.make(world, "transfer", order.toString())) {
            want(order, false);
        }
    }

    /// A replica that was removed is switched off, and its machine gets an empty disk.
    private void reuse(Rng rng) {
        DiskMachine victim = rng.pick(machines);
        if (isRemoved(victim) && world.choices.make(world, "reuse", victim.name)) {
            reuse(victim);
        }
    }

    private boolean isRemoved(DiskMachine machine) {
        ReplicaStatus status = machine.status();
        return status != null && status.role() == Role.REMOVED;
    }

    /// Where that is possible now.
    void reuse(DiskMachine victim) {
        if (isRemoved(victim) && atlas.mayDamage(victim.index)) {
            world.marks.reach("the machine of a removed replica is used again");
            atlas.damage(victim.index);
            victim.wipe();
        }
    }

    /// A machine on which somebody waits who is no member.
    @Nullable DiskMachine spare(Rng rng) {
        Membership members = book.newest();
        List<DiskMachine> spares = new ArrayList<>();
        for (DiskMachine machine : machines) {
            ReplicaStatus status = machine.status();
            if (status != null
                    && status.role() == Role.APPLICANT
                    && members.everybody().stream()
                            .noneMatch(member -> member.number() == machine.index + 1)
                    && !book.isConcerned(machine.index + 1)) {
                spares.add(machine);
            }
        }
        return spares.isEmpty() ? null : rng.pick(spares);
    }

    /// True where nobody waits for anything.
    boolean isIdle() {
        return errands.isEmpty();
    }

    void want(MemberOrder order, boolean replacesDamaged) {
        if (book.admits(order)) {
            world.note("operator", "wants", order);
            Errand errand = new Errand(order, replacesDamaged);
            errands.add(errand);
            ask(errand, master());
        }
    }

    // ---- how they get it

    private @Nullable DiskMachine master() {
        for (DiskMachine machine : machines) {
            ReplicaStatus status = machine.status();
            if (status != null && status.role() == Role.MASTER && !machine.isPaused()) {
                return machine;
            }
        }
        return null;
    }

    private void goOn(Rng rng) {
        for (Errand errand : List.copyOf(errands)) {
            DiskMachine asked = errand.asked;
            if (asked != null && asked.life() != errand.life) {
                if (errand.askedMaster) {
                    world.marks.reach("a change of members is interrupted: the master dies");
                }
                errand.asked = null;
            }
            if (!errand.isWaiting()) {
                DiskMachine master = master();
                ask(errand, master == null || rng.chance(0.1) ? rng.pick(machines) : master);
            }
        }
    }

    private void ask(Errand errand, @Nullable DiskMachine whom) {
        if (whom == null || !whom.isUp()) {
            return;
        }
        if (++errand.attempts > MOST_ATTEMPTS) {
            giveUp(errand, "an operator gives up");
            return;
        }
        CompletableFuture<MemberOrder.Outcome> answer = whom.administer(errand.order);
        if (answer == null) {
            return;
        }
        Process life = whom.life();
        errand.asked = whom;
        errand.life = life;
        errand.askedMaster = whom == master();
        world.note(whom.name, "asked", errand.order);
        answer.whenComplete((outcome, failure) -> {
            if (outcome == null) {
                throw world.broken("errors are typed", errand.order + ": " + failure);
            }
            world.at(world.now(), null, () -> answered(errand, life, outcome));
        });
    }

    private void answered(Errand errand, @Nullable Process life, MemberOrder.Outcome outcome) {
        if (!errands.contains(errand) || errand.asked == null || errand.life != life) {
            return;
        }
        world.note("operator", "hears", outcome + " for " + errand.order);
        errand.asked = null;
        switch (outcome) {
            case DONE -> {
                errands.remove(errand);
                book.done(errand.order);
                world.marks.reach(doneMark(errand));
            }
            case NOT_MASTER -> world.marks.reach("an operator asks who is not master");
            case REFUSED -> giveUp(errand, "a change of members is refused");
            case UNKNOWN -> giveUp(errand, "what came of a change of members is unknown");
        }
    }

    private void giveUp(Errand errand, String mark) {
        world.marks.reach(mark);
        errands.remove(errand);
        book.left(errand.order);
    }

    private static String doneMark(Errand errand) {
        return switch (errand.order) {
            case MemberOrder.Add _ -> "a replica is added";
            case MemberOrder.Remove _ -> "a replica is removed";
            case MemberOrder.Replace _ when errand.replacesDamaged ->
                    "a damaged replica is replaced";
            case MemberOrder.Replace _ -> "a replica is replaced";
            case MemberOrder.Transfer _ -> "mastership is handed over";
        };
    }
}
