package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.client.Ephor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `ephor up` with real processes: its life, and what may happen to it.
@Timeout(400)
class UpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir Path directory;

    private final int port = Ports.freeRange(10, new Random());

    private Running up(String... more) throws IOException {
        List<String> args =
                new ArrayList<>(List.of("up", "--dir", directory.toString(), "--port", "" + port));
        args.addAll(List.of(more));
        return Running.start(args.toArray(String[]::new));
    }

    private Ephor connect() {
        String[] servers = new String[5];
        for (int i = 0; i < servers.length; i++) {
            servers[i] = "localhost:" + (port + i);
        }
        return Ephor.connect(servers);
    }

    private void allPortsAreFree() {
        assertThat(
                        Waiting.until(
                                PATIENCE,
                                () -> Ports.firstInUse(Ports.range(port, 10)),
                                used -> used.isEmpty()))
                .isEmpty();
    }

    @Test
    void aCellLivesAndStopsAndGoesOn() throws Exception {
        try (Running up = up()) {
            up.waitFor("is up after");
            up.waitFor("replica 5  localhost:" + (port + 4));
            up.waitFor("master, epoch");
            try (Ephor ephor = connect()) {
                ephor.put("/ls/local/x", "kept");
            }
            assertThat(up.children()).hasSize(5);

            up.signal("INT");

            assertThat(up.waitForEnd()).isZero();
            assertThat(up.printed()).contains("Stopped.").doesNotContain("started again");
        }
        allPortsAreFree();

        try (Running up = up()) {
            up.waitFor("is up after");
            try (Ephor ephor = connect()) {
                assertThat(ephor.get("/ls/local/x").utf8()).isEqualTo("kept");
            }
            up.signal("TERM");
            assertThat(up.waitForEnd()).isZero();
        }
    }

    @Test
    void replicasThatAreKilledComeBackAndNothingIsLost() throws Exception {
        try (Running up = up("--json")) {
            up.waitFor("\"event\":\"up\"");
            try (Ephor ephor = connect()) {
                for (int i = 0; i < 50; i++) {
                    ephor.put("/ls/local/x" + i, "value " + i);
                }
                up.children().getFirst().destroyForcibly();
                assertThat(up.waitFor("\"event\":\"ended\"")).contains("was killed (kill -9)");
                up.waitFor("\"event\":\"restarted\"");

                List<ProcessHandle> all = up.children();
                assertThat(all).hasSize(5);
                all.forEach(ProcessHandle::destroyForcibly);
                for (int i = 0; i < 5; i++) {
                    up.waitFor("\"event\":\"restarted\"");
                }
                for (int i = 0; i < 50; i++) {
                    assertThat(ephor.get("/ls/local/x" + i).utf8()).isEqualTo("value " + i);
                }
            }
            up.signal("TERM");
            assertThat(up.waitForEnd()).isZero();
        }
    }

    @Test
    void replicasDoNotOutliveAParentThatIsKilled() throws Exception {
        try (Running up = up()) {
            up.waitFor("is up after");
            List<ProcessHandle> children = up.children();
            assertThat(children).hasSize(5);

            up.process().destroyForcibly();

            assertThat(
                            Waiting.until(
                                    PATIENCE,
                                    () -> children.stream().filter(ProcessHandle::isAlive).toList(),
                                    List::isEmpty))
                    .isEmpty();
        }
        try (Running up = up()) {
            up.waitFor("is up after");
        }
    }

    @Test
    void aSecondOneIsRefused() throws Exception {
        try (Running up = up()) {
            up.waitFor("is up after");

            try (Running second = up()) {
                assertThat(second.waitForEnd()).isEqualTo(ExitCode.ERROR);
                assertThat(second.printed())
                        .contains(directory.toRealPath() + " is in use by another cell")
                        .contains("(process " + up.process().pid() + ")");
            }
            Path other = Files.createDirectory(directory.resolve("other"));
            try (Running second =
                    Running.start("up", "--dir", other.toString(), "--port", "" + port)) {
                assertThat(second.waitForEnd()).isEqualTo(ExitCode.ERROR);
                assertThat(second.printed()).contains("port " + port + " is in use");
            }
            assertThat(up.process().isAlive()).isTrue();
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket socket = new ServerSocket(port + 7, 1, InetAddress.getLoopbackAddress());
                Running up = up()) {
            assertThat(socket.isBound()).isTrue();
            assertThat(up.waitForEnd()).isEqualTo(ExitCode.ERROR);
            assertThat(up.printed())
                    .contains("port " + (port + 7) + " is in use")
                    .contains("Choose others with --port");
        }
    }

    /// The replica is not made anew under its old name: it comes back as another incarnation.
    @Test
    void aDiskThatWasLostComesBackAsSomebodyElses() throws Exception {
        try (Running up = up()) {
            up.waitFor("is up after");
            Waiting.until(PATIENCE, () -> cellFile(), text -> text.contains("begun = true"));
            up.signal("TERM");
            assertThat(up.waitForEnd()).isZero();
        }
        try (var files = Files.walk(directory.resolve("replica-2"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }

        try (Running up = up()) {
            up.waitFor("is up after");
            try (Ephor ephor = connect()) {
                ephor.put("/ls/local/x", "the others are enough");
            }
            String log =
                    Waiting.until(
                            PATIENCE,
                            this::logOfTheSecond,
                            text -> text.contains("admitted to the cell as replica 2'2"));
            assertThat(log)
                    .contains("asks to be admitted to the cell: the disk is empty")
                    .contains("admitted to the cell as replica 2'2");
        }
    }

    private String logOfTheSecond() {
        try {
            return Files.readString(directory.resolve("replica-2.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String cellFile() {
        try {
            return Files.readString(directory.resolve("cell"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
