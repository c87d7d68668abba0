package dev.ephor.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the examples and their pages show is true.
@Timeout(120)
class ExamplesTest {
    /// An example's `run`.
    private interface Example {
        void run(Path directory, int port, PrintStream out) throws Exception;
    }

    @TempDir private Path directory;

    @Test
    void theMapSurvivesItsMaster() throws Exception {
        assertThat(linesOf(new ReplicatedMap()::run))
                .containsExactly(
                        "at the master: Optional[\"hello\"]",
                        "at the next one: {greeting=\"hello\"}");
    }

    @Test
    void theCounterCountsAtTheNextMaster() throws Exception {
        assertThat(linesOf(new ReplicatedCounter()::run))
                .startsWith("add 1: 1", "add 2: 3", "add 3: 6")
                .endsWith("add 10: 55", "at the next master, add 45: 100");
    }

    @Test
    void aTransferTakesPlaceOnceOrNotAtAll() throws Exception {
        assertThat(linesOf(new Accounts()::run))
                .containsExactly(
                        "monday-1: 30 from anna to ben",
                        "monday-2: 30 from anna to ben",
                        "monday-3: 30 from anna to ben",
                        "monday-4: refused, anna has 10",
                        "again: monday-1: done already",
                        "balances: {anna=\"10\", ben=\"90\"}");
    }

    private List<String> linesOf(Example example) throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        example.run(directory, freePorts(), new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /// A port after which three are free: below those that systems give to outgoing connections.
    private static int freePorts() {
        return RandomGenerator.getDefault()
                .ints(10_000, 32_000)
                .filter(port ->
                        IntStream.rangeClosed(1, 3).allMatch(number -> isFree(port + number)))
                .findFirst()
                .orElseThrow();
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
