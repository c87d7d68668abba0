package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;

/// Brings the faults that the [Climate] speaks of, at random times, until it is told to end them.
/// Nothing that it does takes back what a disk had kept, so the guarantee that it must not break is
/// the full one: no number of crashes, pauses and cuts ever makes the cell wrong, it only makes it
/// wait.
final class Nemesis {
    private final World world;
    private final Climate climate;
    private final Links links;
    private final List<? extends Machine> machines;
    private final int nodes;
    private final Rng rng;
    private boolean ended;

    /// @param machines the replicas; they have the first numbers among the nodes
    /// @param nodes how many nodes there are on the network, clients included
    Nemesis(
            World world,
            Climate climate,
            Links links,
            List<? extends Machine> machines,
            int nodes) {
        this.world = world;
        this.climate = climate;
        this.links = links;
        this.machines = machines;
        this.nodes = nodes;
        this.rng = world.rng.stream("nemesis");
    }

    void begin() {
        every(climate.partitionEvery(), this::partition);
        every(climate.crashEvery(), this::crash);
        every(climate.pauseEvery(), this::pause);
        every(climate.slowDiskEvery(), this::slowDisk);
        every(climate.driftEvery(), this::drift);
    }

    /// Ends all faults among the replicas in `healed` and the clients; the others stay out for
    /// good, dead or cut off.
    void end(List<Integer> healed) {
        ended = true;
        links.calm();
        for (Machine machine : machines) {
            machine.resume();
            machine.calm();
            if (healed.contains(machine.index)) {
                machine.start();
            } else if (rng.chance(0.5)) {
                machine.crash();
            } else {
                machine.start();
                cutOff(machine.index);
            }
        }
        world.note("", "calm", "healed " + healed);
    }

    private void every(long mean, Runnable fault) {
        if (mean > 0) {
            world.after(
                    rng.between(mean / 2, mean * 3 / 2),
                    null,
                    () -> {
                        if (!ended) {
                            fault.run();
                            every(mean, fault);
                        }
                    });
        }
    }

    private void later(long typical, Runnable repair) {
        world.after(
                rng.between(typical / 4, typical * 2),
                null,
                () -> {
                    if (!ended) {
                        repair.run();
                    }
                });
    }

    private void crash() {
        if (rng.chance(climate.wholeCrash())) {
            world.marks.reach("crash of the whole cell");
            for (Machine machine : machines) {
                crashFor(machine, climate.downFor());
            }
            return;
        }
        long down = machines.stream().filter(machine -> !machine.isUp()).count();
        Machine victim = rng.pick(machines);
        if (victim.isUp() && down < climate.maxDown()) {
            crashFor(victim, climate.downFor());
        }
    }

    /// Crashes at any moment, or just where the disk is at work.
    private void crashFor(Machine machine, long typical) {
        Runnable crash =
                () -> {
                    if (!ended) {
                        machine.crash();
                        later(typical, machine::start);
                    }
                };
        if (rng.nextBoolean() || !machine.atOperation(rng.between(0, 20), crash)) {
            crash.run();
        }
    }

    private void pause() {
        Machine victim = rng.pick(machines);
        if (victim.isUp() && !victim.isPaused()) {
            victim.pause();
            later(climate.pauseFor(), victim::resume);
        }
    }

    private void slowDisk() {
        Machine victim = rng.pick(machines);
        world.note(victim.name, "slow", climate.slowFactor());
        victim.slowDisk(climate.slowFactor());
        later(climate.slowDiskFor(), () -> victim.slowDisk(1));
    }

    private void drift() {
        Machine victim = rng.pick(machines);
        victim.clock.changeRate(world.now(), drawRate(rng, climate));
    }

    /// A rate inside the bound, often at its edge, where it matters.
    static double drawRate(Rng rng, Climate climate) {
        double share = rng.chance(0.5) ? 1 : rng.nextDouble();
        return 1 + (rng.nextBoolean() ? share : -share) * climate.drift();
    }

    private void partition() {
        List<int[]> wires = new ArrayList<>();
        switch (rng.between(0, 4)) {
            case 0 -> isolate(wires, rng.pick(machines).index, true, true);
            case 1 -> isolate(wires, rng.pick(machines).index, rng.nextBoolean(), false);
            case 2 -> split(wires);
            case 3 -> ring(wires);
            default -> wires.add(pair());
        }
        world.note("", "cut", describe(wires));
        for (int[] wire : wires) {
            links.cut(wire[0], wire[1]);
        }
        later(
                climate.partitionFor(),
                () -> {
                    world.note("", "mend", describe(wires));
                    for (int[] wire : wires) {
                        links.mend(wire[0], wire[1]);
                    }
                });
    }

    private void isolate(List<int[]> wires, int node, boolean inward, boolean both) {
        boolean clientsToo = rng.nextBoolean();
        for (int other = 0; other < (clientsToo ? nodes : machines.size()); other++) {
            if (other != node && (both || inward)) {
                wires.add(new int[] {other, node});
            }
            if (other != node && (both || !inward)) {
                wires.add(new int[] {node, other});
            }
        }
    }

    private void split(List<int[]> wires) {
        boolean[] side = new boolean[nodes];
        for (int i = 0; i < nodes; i++) {
            side[i] = rng.nextBoolean();
        }
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                if (side[from] != side[to]) {
                    wires.add(new int[] {from, to});
                }
            }
        }
    }

    /// Everybody reaches the neighbours only, so that no two see the same part of the cell.
    private void ring(List<int[]> wires) {
        int size = machines.size();
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                int distance = Math.floorMod(to - from, size);
                if (distance > 1 && distance < size - 1) {
                    wires.add(new int[] {from, to});
                }
            }
        }
    }

    private int[] pair() {
        int from = rng.between(0, nodes - 1);
        int to = rng.between(0, nodes - 1);
        return new int[] {from, to};
    }

    private void cutOff(int node) {
        for (int other = 0; other < nodes; other++) {
            links.cut(node, other);
            links.cut(other, node);
        }
    }

    private static String describe(List<int[]> wires) {
        StringBuilder text = new StringBuilder();
        for (int[] wire : wires) {
            text.append(wire[0]).append('>').append(wire[1]).append(' ');
        }
        return text.toString();
    }
}
