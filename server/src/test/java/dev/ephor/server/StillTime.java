package dev.ephor.server;

import dev.ephor.log.Disk;
import dev.ephor.log.Environment;
import dev.ephor.log.Network;
import dev.ephor.log.Reporter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// A clock that the test moves, and timers; there is nothing else in this world.
final class StillTime implements Environment {
    final TreeMap<Long, List<Runnable>> tasks = new TreeMap<>();
    private long now;

    void pass(long nanos) {
        long until = now + nanos;
        while (!tasks.isEmpty() && tasks.firstKey() <= until) {
            now = tasks.firstKey();
            tasks.pollFirstEntry().getValue().forEach(Runnable::run);
        }
        now = until;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        tasks.computeIfAbsent(now + delayNanos, time -> new ArrayList<>()).add(task);
        return () -> tasks.values().forEach(due -> due.remove(task));
    }

    @Override
    public RandomGenerator random() {
        throw new AssertionError("no chance here");
    }

    @Override
    public Executor loop() {
        return Runnable::run;
    }

    @Override
    public Executor diskExecutor() {
        throw new AssertionError("no disk here");
    }

    @Override
    public Executor background() {
        throw new AssertionError("no threads here");
    }

    @Override
    public Executor errands() {
        throw new AssertionError("no threads here");
    }

    @Override
    public Disk disk() {
        throw new AssertionError("no disk here");
    }

    @Override
    public Network network() {
        throw new AssertionError("no network here");
    }

    @Override
    public Reporter reporter() {
        throw new AssertionError("nobody listens here");
    }

    @Override
    public void fatal(String message, Throwable cause) {
        throw new AssertionError(message, cause);
    }
}
