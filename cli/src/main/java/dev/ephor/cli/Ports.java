package dev.ephor.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Which ports of this machine are free.
final class Ports {
    /// Below those that systems hand out for outgoing connections: a replica that is killed must
    /// find its port free when it comes back, and nobody may connect to itself by chance.
    private static final int LOWEST = 10_000;

    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private Ports() {}

    /// The first of `count` ports in a row that are free at this moment.
    static int freeRange(int count, RandomGenerator random) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int first = random.nextInt(LOWEST, HIGHEST - count);
            if (firstInUse(range(first, count)).isEmpty()) {
                return first;
            }
        }
        throw Failure.error(
                "no " + count + " free ports in a row between " + LOWEST + " and " + HIGHEST, "");
    }

    static List<Integer> range(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    static OptionalInt firstInUse(List<Integer> ports) {
        return ports.stream().mapToInt(Integer::intValue).filter(port -> !isFree(port)).findFirst();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
