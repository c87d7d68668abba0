package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;

/// Brings the faults that the [Climate] speaks of, at random times, until it is told to end them.
/// What it may bring at a moment the [Atlas] says.
final class Nemesis {
    private final World world;
    private final Climate climate;
    private final Atlas atlas;
    private final Links links;
    private final Cuts cuts;
    private final List<? extends Machine> machines;
    private final Schedule schedule;
    private final Rng changes;

    /// @param machines the replicas; they have the first numbers among the nodes
    /// @param nodes how many nodes there are on the network, clients included
    Nemesis(
            World world,
            Climate climate,
            Atlas atlas,
            Links links,
            List<? extends Machine> machines,
            int nodes) {
        this.world = world;
        this.climate = climate;
        this.atlas = atlas;
        this.links = links;
        this.machines = machines;
        this.schedule = new Schedule(world, "nemesis");
        this.changes = world.rng.stream("nemesis at changes");
        this.cuts = new Cuts(world, climate.cuts(), links, schedule, machines.size(), nodes);
    }

    void begin() {
        cuts.begin();
        schedule.every("part", climate.cuts().partEvery(), this::part);
        schedule.every("crash", climate.processes().crashEvery(), this::crash);
        schedule.every("stop", climate.processes().stopEvery(), this::stop);
        schedule.every("pause", climate.processes().pauseEvery(), this::pause);
        schedule.every("slow disk", climate.disks().slowEvery(), this::slowDisk);
        schedule.every("full disk", climate.disks().fullEvery(), this::fullDisk);
        schedule.every("rot", climate.disks().rotEvery(), this::rot);
        schedule.every("wipe", climate.disks().wipeEvery(), this::wipe);
        schedule.every("drift", climate.clocks().driftEvery(), this::drift);
        schedule.every("jump", climate.clocks().jumpEvery(), this::jump);
    }

    /// Ends all faults among the replicas in `healed` and the clients; the others stay broken for
    /// good, each in its own way. Returns who can be reached: the healed ones, and those who are
    /// only slow.
    List<Integer> end(List<Integer> healed) {
        schedule.end();
        links.calm();
        Rng rng = world.rng.stream("the rest");
        List<Integer> reached = new ArrayList<>(healed);
        for (Machine machine : machines) {
            machine.resume();
            machine.calm();
            if (healed.contains(machine.index)) {
                machine.start();
            } else if (leaveBroken(machine, rng.between(0, 5))) {
                reached.add(machine.index);
            }
        }
        world.note("", "calm", "healed " + healed);
        return reached;
    }

    private boolean leaveBroken(Machine machine, int way) {
        if (way == 0) {
            world.marks.reach("left dead");
            machine.crash();
            return false;
        }
        machine.start();
        switch (way) {
            case 1 -> cuts.cutOff(machine.index, 1, 1);
            case 2 -> {
                world.marks.reach("left deaf");
                cuts.cutOff(machine.index, 1, 0);
            }
            case 3 -> {
                world.marks.reach("left mute");
                cuts.cutOff(machine.index, 0, 1);
            }
            case 4 -> {
                world.marks.reach("left with bad wires");
                cuts.cutOff(machine.index, 0.8, 0.8);
            }
            default -> {
                world.marks.reach("left with a slow disk");
                machine.slowDisk(Math.max(20, climate.disks().slowFactor()));
            }
        }
        return way > 4;
    }

    private void part(Rng rng) {
        List<Machine> leading = leading();
        if (!leading.isEmpty()) {
            cuts.part(rng, rng.pick(leading).index);
        }
    }

    private List<Machine> leading() {
        List<Machine> leading = new ArrayList<>();
        for (Machine machine : machines) {
            if (machine.leads()) {
                leading.add(machine);
            }
        }
        return leading;
    }

    /// A change of members has just been chosen: the worst moment to lose those who know most.
    void atChange() {
        Rng rng = new Rng(changes.nextLong());
        for (Machine machine : leading()) {
            long moment = rng.between(0L, 4 * climate.wires().latency());
            if (!rng.chance(climate.processes().atChange())) {
                continue;
            }
            if (rng.nextBoolean()) {
                unlessOver(moment, () -> cuts.part(rng, machine.index));
            } else if (world.choices.make(world, "crash at a change", machine.name)) {
                world.marks.reach("crash when a change of members was chosen");
                unlessOver(moment, machine::crash);
                schedule.later(rng, climate.processes().downFor(), machine::start);
            }
        }
    }

    private void unlessOver(long delay, Runnable task) {
        world.after(
                delay,
                null,
                () -> {
                    if (!schedule.isOver()) {
                        task.run();
                    }
                });
    }

    private void crash(Rng rng) {
        Climate.Processes processes = climate.processes();
        boolean whole = rng.chance(processes.wholeCrash());
        Machine victim = rng.pick(machines);
        if (whole) {
            if (world.choices.make(world, "crash of all", "")) {
                world.marks.reach("crash of the whole cell");
                for (Machine machine : machines) {
                    crashFor(new Rng(rng.nextLong()), machine);
                }
            }
            return;
        }
        long down = machines.stream().filter(machine -> !machine.isUp()).count();
        if (victim.isUp()
                && down < processes.maxDown()
                && world.choices.make(world, "crash", victim.name)) {
            crashFor(rng, victim);
        }
    }

    /// Crashes at any moment, or just where the disk is at work.
    private void crashFor(Rng rng, Machine machine) {
        Runnable crash =
                () -> {
                    if (!schedule.isOver()) {
                        machine.crash();
                        schedule.later(rng, climate.processes().downFor(), machine::start);
                    }
                };
        if (rng.nextBoolean() || !machine.atOperation(rng.between(0, 20), crash)) {
            crash.run();
        }
    }

    private void stop(Rng rng) {
        Machine victim = rng.pick(machines);
        if (victim.isUp() && !victim.isPaused() && world.choices.make(world, "stop", victim.name)) {
            victim.stop();
            schedule.later(rng, climate.processes().downFor(), victim::start);
        }
    }

    private void pause(Rng rng) {
        Machine victim = rng.pick(machines);
        if (victim.isUp()
                && !victim.isPaused()
                && world.choices.make(world, "pause", victim.name)) {
            victim.pause();
            schedule.later(rng, climate.processes().pauseFor(), victim::resume);
        }
    }

    private void slowDisk(Rng rng) {
        Machine victim = rng.pick(machines);
        if (world.choices.make(world, "slow disk", victim.name)) {
            world.note(victim.name, "slow", climate.disks().slowFactor());
            victim.slowDisk(climate.disks().slowFactor());
            schedule.later(rng, climate.disks().slowFor(), () -> victim.slowDisk(1));
        }
    }

    private void fullDisk(Rng rng) {
        Machine victim = rng.pick(machines);
        if (world.choices.make(world, "full disk", victim.name)) {
            world.note(victim.name, "full", "");
            victim.fillDisk(true);
            schedule.later(rng, climate.disks().fullFor(), () -> victim.fillDisk(false));
        }
    }

    private void rot(Rng rng) {
        Machine victim = rng.pick(machines);
        if (!victim.hasFiles()
                || !atlas.mayDamage(victim.index)
                || !world.choices.make(world, "rot", victim.name)) {
            return;
        }
        if (victim.isUp() && rng.chance(0.3)) {
            victim.crash();
            schedule.later(rng, climate.processes().downFor(), victim::start);
        }
        if (victim.rot(rng)) {
            atlas.damage(victim.index);
        }
    }

    private void wipe(Rng rng) {
        Machine victim = rng.pick(machines);
        if (victim.hasFiles()
                && atlas.mayDamage(victim.index)
                && world.choices.make(world, "wipe", victim.name)) {
            atlas.damage(victim.index);
            victim.wipe();
        }
    }

    private void drift(Rng rng) {
        Machine victim = rng.pick(machines);
        double rate = drawRate(rng, climate);
        if (world.choices.make(world, "drift", victim.name)) {
            victim.clock.changeRate(world.now(), rate);
        }
    }

    private void jump(Rng rng) {
        Machine victim = rng.pick(machines);
        long nanos = rng.magnitude(World.MILLI, 10 * World.SECOND);
        if (world.choices.make(world, "jump", victim.name)) {
            world.note(victim.name, "jump", nanos);
            world.marks.reach("a clock jumps");
            victim.clock.jump(world.now(), nanos);
        }
    }

    /// A clock of this climate: how fast it goes is a choice, too.
    static LocalClock drawClock(World world, Rng rng, Climate climate, String name) {
        long offset = rng.magnitude(1, 1L << 40);
        double rate = drawRate(rng, climate);
        return new LocalClock(offset, world.choices.make(world, "rate", name) ? rate : 1);
    }

    /// A rate inside the climate's bound, often at its edge, where it matters.
    private static double drawRate(Rng rng, Climate climate) {
        double share = rng.chance(0.5) ? 1 : rng.nextDouble();
        return 1 + (rng.nextBoolean() ? share : -share) * climate.clocks().drift();
    }
}
