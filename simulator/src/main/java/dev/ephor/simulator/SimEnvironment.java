package dev.ephor.simulator;

import dev.ephor.log.DamagedException;
import dev.ephor.log.Disk;
import dev.ephor.log.Environment;
import dev.ephor.log.Network;
import dev.ephor.log.Reporter;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The world as one process of a simulated replica sees it.
final class SimEnvironment implements Environment {
    private final Machine machine;
    private final Process process;
    private final World world;
    private final Climate.Processes climate;
    private final Rng hiccups;
    private final Rng random;
    private final SimExecutor loop;
    private final SimExecutor diskExecutor;
    private final SimExecutor background;
    private final SimExecutor errands;
    private final Disk disk;
    private final Network network;
    private final Consumer<String> damage;

    /// @param damage is told where the program finds its disk damaged
    SimEnvironment(
            Machine machine,
            Process process,
            Climate climate,
            Disk disk,
            SimNetwork wires,
            Rng rng,
            Consumer<String> damage) {
        this.machine = machine;
        this.process = process;
        this.world = process.world;
        this.climate = climate.processes();
        this.disk = disk;
        this.hiccups = rng.stream("hiccups");
        this.random = rng.stream("program");
        this.loop = new SimExecutor(process);
        this.diskExecutor = new SimExecutor(process);
        this.background = new SimExecutor(process);
        this.damage = damage;
        this.errands = new SimExecutor(process);
        this.network = wires.port(machine.index, process, loop);
    }

    /// Reading the clock is where a task may lose the processor for a while, right after it got the
    /// time.
    @Override
    public long nanoTime() {
        long time = process.nanoTime();
        if (hiccups.chance(climate.hiccup()) && !machine.isCalm()) {
            long nanos = hiccups.magnitude(World.MILLI, climate.pauseFor());
            if (world.choices.make(world, "hiccup", machine.name)) {
                world.note(machine.name, "hiccup", nanos);
                world.marks.reach("a task stands still after it read the clock");
                world.spend(nanos);
            }
        }
        return time;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor loop() {
        return loop;
    }

    /// The loop, for what arrives from outside.
    SimExecutor loopThread() {
        return loop;
    }

    @Override
    public Executor diskExecutor() {
        return diskExecutor;
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public Executor errands() {
        return errands;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        long delay = machine.clock.trueDuration(Math.max(0, delayNanos));
        EventQueue.Event event = world.after(delay, process, () -> loop.arrive(task));
        return event::cancel;
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Reporter reporter() {
        return new Reporter() {
            @Override
            public void info(String message) {
                world.note(machine.name, "info", message);
                if (message.contains("makes up for what was damaged")) {
                    world.marks.reach("repaired in place");
                }
            }

            @Override
            public void warn(String message) {
                world.note(machine.name, "warn", message);
            }
        };
    }

    /// A process may stop itself where its disk failed, and only there: nothing else goes wrong in
    /// this world.
    @Override
    public void fatal(String message, Throwable cause) {
        world.note(machine.name, "fatal", message);
        if (cause instanceof DamagedException) {
            damage.accept(message);
        } else if (!SimDisk.isSimulated(cause)) {
            throw world.broken(
                    "no replica stops itself", machine.name + ": " + message + ": " + cause);
        }
        world.at(
                world.now(),
                null,
                () -> {
                    if (machine.life() == process) {
                        machine.fail(message);
                    }
                });
    }
}
