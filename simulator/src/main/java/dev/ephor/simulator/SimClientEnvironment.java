package dev.ephor.simulator;

import dev.ephor.client.ClientEnvironment;
import dev.ephor.client.Wire;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The world as a session in a simulated client process sees it.
final class SimClientEnvironment implements ClientEnvironment {
    private final Machine machine;
    private final Process process;
    private final World world;
    private final Streams streams;
    private final SimExecutor loop;
    private final SimExecutor callbacks;
    private final Rng random;

    SimClientEnvironment(Machine machine, Process process, Streams streams, Rng rng) {
        this.machine = machine;
        this.process = process;
        this.world = process.world;
        this.streams = streams;
        this.loop = new SimExecutor(process);
        this.callbacks = new SimExecutor(process);
        this.random = rng;
    }

    @Override
    public long nanoTime() {
        return process.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public boolean inLoop() {
        return loop.isRunning();
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        long delay = machine.clock.trueDuration(Math.max(0, delayNanos));
        EventQueue.Event event = world.after(delay, process, () -> loop.arrive(task));
        return event::cancel;
    }

    @Override
    public Wire open(String address, Wire.Listener listener) {
        return streams.open(machine.index, process, loop, ServiceNode.indexOf(address), listener);
    }
}
