package dev.ephor.benchmark;

import java.time.Duration;
import java.util.List;

/// Reads the CPU time of the processes that take part, and what the machine as a whole did.
final class Meter {
    private final List<ServerProcess> servers;
    private final int leader;

    /// @param leader the number of the server that leads
    Meter(List<ServerProcess> servers, int leader) {
        this.servers = List.copyOf(servers);
        this.leader = leader;
    }

    Reading read() {
        double led = 0;
        double followed = 0;
        for (ServerProcess server : servers) {
            server.mustLive();
            double seconds = cpuSeconds(server.handle());
            if (server.number() == leader) {
                led += seconds;
            } else {
                followed += seconds;
            }
        }
        return new Reading(
                System.nanoTime(),
                cpuSeconds(ProcessHandle.current()),
                led,
                followed,
                Machine.read());
    }

    private static double cpuSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /// CPU seconds since each began to run.
    record Reading(long nanoTime, double client, double leader, double followers, Machine machine) {
        Usage since(Reading before) {
            double seconds = (nanoTime - before.nanoTime) / 1e9;
            double ours =
                    client
                            - before.client
                            + (leader - before.leader)
                            + (followers - before.followers);
            return new Usage(
                    seconds,
                    (client - before.client) / seconds,
                    (leader - before.leader) / seconds,
                    (followers - before.followers) / seconds,
                    (machine.idleSeconds() - before.machine.idleSeconds()) / seconds,
                    Math.max(0, machine.busySeconds() - before.machine.busySeconds() - ours)
                            / seconds,
                    (machine.flushes() - before.machine.flushes()) / seconds);
        }
    }
}
