package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;

/// Cuts and clogs wires: one replica off both ways or one way, the cell in two, everybody with two
/// neighbours only, or a single wire; for a while, or off and on all the time.
final class Cuts {
    private final World world;
    private final Climate.Cuts climate;
    private final Links links;
    private final Schedule schedule;
    private final int replicas;
    private final int nodes;

    /// One direction between two nodes.
    private record Wire(int from, int to) {
        @Override
        public String toString() {
            return (from + 1) + ">" + (to + 1);
        }
    }

    Cuts(
            World world,
            Climate.Cuts climate,
            Links links,
            Schedule schedule,
            int replicas,
            int nodes) {
        this.world = world;
        this.climate = climate;
        this.links = links;
        this.schedule = schedule;
        this.replicas = replicas;
        this.nodes = nodes;
    }

    void begin() {
        schedule.every("cut", climate.every(), this::cut);
        schedule.every("clog", climate.clogEvery(), this::clog);
    }

    /// Wears a node's wires for good.
    ///
    /// @param inward the share of messages to it that are lost
    /// @param outward the share of messages from it that are lost
    void cutOff(int node, double inward, double outward) {
        for (int other = 0; other < nodes; other++) {
            links.wear(other, node, inward);
            links.wear(node, other, outward);
        }
    }

    /// Parts a replica from most of the others, but not from all clients: they take it for what it
    /// was, while the others may have another coordinator.
    void part(Rng rng, int node) {
        List<Wire> wires = new ArrayList<>();
        for (int other = 0; other < nodes; other++) {
            boolean parted = rng.chance(other < replicas ? 0.85 : 0.5);
            if (other != node && parted) {
                wires.add(new Wire(node, other));
                wires.add(new Wire(other, node));
            }
        }
        long lasting = rng.between(climate.partLasting() / 4, climate.partLasting() * 2);
        if (world.choices.make(world, "part", wires.toString())) {
            world.note("", "part", wires);
            world.marks.reach("a coordinator is parted from the others");
            hold(wires, lasting);
        }
    }

    private void cut(Rng rng) {
        Drawn drawn = draw(rng);
        List<Wire> wires = drawn.wires();
        boolean flaps = rng.chance(climate.flapping());
        if (!world.choices.make(world, flaps ? "flap" : "cut", wires.toString())) {
            return;
        }
        world.note("", flaps ? "flap" : "cut", wires);
        if (!wires.isEmpty()) {
            world.marks.reach(drawn.mark());
        }
        long end = world.now() + rng.between(climate.lasting() / 4, climate.lasting() * 2);
        if (flaps) {
            world.marks.reach("wires come and go");
            flap(rng, wires, end);
        } else {
            hold(wires, end - world.now());
        }
    }

    private void hold(List<Wire> wires, long duration) {
        wires.forEach(wire -> links.cut(wire.from(), wire.to()));
        world.after(
                duration,
                null,
                () -> {
                    if (!schedule.isOver()) {
                        world.note("", "mend", wires);
                        wires.forEach(wire -> links.mend(wire.from(), wire.to()));
                    }
                });
    }

    private void flap(Rng rng, List<Wire> wires, long end) {
        long cut = rng.magnitude(World.MILLI, Math.max(2 * World.MILLI, climate.lasting() / 4));
        long whole = rng.magnitude(World.MILLI, Math.max(2 * World.MILLI, climate.lasting() / 4));
        hold(wires, cut);
        world.after(
                cut + whole,
                null,
                () -> {
                    if (!schedule.isOver() && world.now() < end) {
                        flap(rng, wires, end);
                    }
                });
    }

    private void clog(Rng rng) {
        List<Wire> wires = draw(rng).wires();
        long until = world.now() + rng.between(climate.clogLasting() / 4, climate.clogLasting());
        if (world.choices.make(world, "clog", wires.toString())) {
            world.note("", "clog", wires);
            wires.forEach(wire -> links.clog(wire.from(), wire.to(), until));
        }
    }

    /// Which wires, and what that is called.
    private record Drawn(List<Wire> wires, String mark) {}

    private Drawn draw(Rng rng) {
        List<Wire> wires = new ArrayList<>();
        int node = rng.between(0, replicas - 1);
        int reach = rng.nextBoolean() ? nodes : replicas;
        return switch (rng.between(0, 5)) {
            case 0 -> {
                inward(wires, node, reach);
                outward(wires, node, reach);
                yield new Drawn(wires, "a replica is cut off");
            }
            case 1 -> {
                inward(wires, node, reach);
                yield new Drawn(wires, "a replica is cut off one way");
            }
            case 2 -> {
                outward(wires, node, reach);
                yield new Drawn(wires, "a replica is cut off one way");
            }
            case 3 -> {
                split(rng, wires);
                yield new Drawn(wires, "the cell is cut in two");
            }
            case 4 -> {
                ring(wires);
                yield new Drawn(wires, "the cell is cut to a ring");
            }
            default -> {
                wires.add(new Wire(node, rng.between(0, nodes - 1)));
                yield new Drawn(wires, "a wire is cut one way");
            }
        };
    }

    private static void inward(List<Wire> wires, int node, int reach) {
        for (int other = 0; other < reach; other++) {
            if (other != node) {
                wires.add(new Wire(other, node));
            }
        }
    }

    private static void outward(List<Wire> wires, int node, int reach) {
        for (int other = 0; other < reach; other++) {
            if (other != node) {
                wires.add(new Wire(node, other));
            }
        }
    }

    /// In two, both ways or one way.
    private void split(Rng rng, List<Wire> wires) {
        boolean[] side = new boolean[nodes];
        for (int i = 0; i < nodes; i++) {
            side[i] = rng.nextBoolean();
        }
        boolean oneWay = rng.chance(0.3);
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                if (side[from] != side[to] && !(oneWay && side[from])) {
                    wires.add(new Wire(from, to));
                }
            }
        }
    }

    /// Everybody reaches the neighbours only, so that no two see the same part of the cell.
    private void ring(List<Wire> wires) {
        for (int from = 0; from < replicas; from++) {
            for (int to = 0; to < replicas; to++) {
                int distance = Math.floorMod(to - from, replicas);
                if (distance > 1 && distance < replicas - 1) {
                    wires.add(new Wire(from, to));
                }
            }
        }
    }
}
