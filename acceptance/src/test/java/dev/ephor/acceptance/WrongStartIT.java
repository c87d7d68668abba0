package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A replica that cannot start as it was told to says what is wrong, and where, and ends at once
/// with exit code 2; the cell that runs beside it is not disturbed.
@Timeout(120)
@ExtendWith(SharedCell.class)
class WrongStartIT {
    private static final Duration END = Duration.ofSeconds(60);
    private static final int CANNOT_START = 2;

    @TempDir private Path directory;
    private int files;

    static Stream<Arguments> wrongLines() {
        return Stream.of(
                arguments(
                        "sesion.lease = 12s",
                        List.of("unknown key sesion.lease", "did you mean session.lease?")),
                arguments(
                        "session.lease = soon",
                        List.of("session.lease = soon", "a duration is a number with ms, s")),
                arguments(
                        "limit.file = 1TB", List.of("limit.file = 1TB", "a size is a number with")),
                arguments("member.6.client = 127.0.0.1:1", List.of("member.6.replica is missing")),
                arguments("member.1.client = x:1", List.of("member.1.client is given already")),
                arguments("master.heartbeat = 9s", List.of("the lease must outlast two")),
                arguments("hello", List.of("\"hello\" is not key = value")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongLines")
    void aWrongLineIsNamed(String line, List<String> words, RealCell cell) throws IOException {
        String text = cell.replica(1).config() + "data = data\n";
        int number = (int) text.lines().count() + 1;
        Program program = start(text + line + "\n", false);
        assertEnds(program, words.toArray(String[]::new));
        if (!words.getFirst().contains("missing") && !words.getFirst().contains("outlast")) {
            assertThat(program.output()).contains("line " + number + ": ");
        }
    }

    @Test
    void aReplicaThatIsNoMemberIsNamed(RealCell cell) throws IOException {
        String text = cell.replica(1).config().replace("replica = 1\n", "replica = 9\n");
        assertEnds(
                start(text + "data = data\n", false),
                "replica 9 is not among the members [1, 2, 3, 4, 5]");
    }

    @Test
    void thesamePortTwiceIsNamed(RealCell cell) throws IOException {
        String first = cell.replica(1).address();
        String text = cell.replica(1).config().replace(cell.replica(2).address(), first);
        assertEnds(
                start(text + "data = data\n", false),
                "member.2.client is the same address as member.1.client: " + first);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = directory.resolve("missing.conf");
        Program program = Program.start(directory.resolve("log"), Replica.command(missing, false));
        assertEnds(program, missing.toString(), "there is no such file");
    }

    @Test
    void aDataDirectoryInUseIsNotSharedByTwo(RealCell cell) throws IOException {
        Replica running = cell.replica(1);
        assertEnds(
                start(running.config() + "data = " + running.data() + "\n", false),
                running.data().toString(),
                "is in use by another process",
                "stop the other, or choose another directory");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsNamed(RealCell cell) throws IOException {
        Files.writeString(directory.resolve("data"), "not a directory");
        assertEnds(
                start(cell.replica(1).config() + "data = data\n", true),
                directory.resolve("data") + " is a file, and a directory is needed");
    }

    /// A directory that was made for one replica is nobody else's, and is made once.
    @Test
    void aWrongDiskIsNamed(RealCell cell) throws IOException {
        String own = cell.replica(1).config() + "data = data\n";
        assertEnds(start(own, true), "cannot listen at ", "Address already in use");
        assertEnds(
                start(cell.replica(2).config() + "data = data\n", false),
                "the data directory belongs to replica 1",
                "not to replica 2; nothing was changed");
        assertEnds(
                start(own.replace("cell = sparta", "cell = athens"), false),
                "the data directory belongs to cell 'sparta', not to 'athens'");
        assertEnds(start(own, true), "has been bootstrapped before");
    }

    @Test
    void aPortInUseIsNamed(RealCell cell) throws IOException {
        Replica running = cell.replica(1);
        String own = running.config() + "data = data\n";
        assertEnds(
                start(own, true),
                "cannot listen at 127.0.0.1:" + running.replicaPort(),
                "another program listens there",
                "listen.replica");
        assertEnds(
                start(own + "listen.replica = 127.0.0.1:" + Ports.free() + "\n", false),
                "cannot listen at 127.0.0.1:" + running.clientPort(),
                "another program listens there",
                "listen.client");
        assertThat(running.status()).isPresent();
    }

    private Program start(String config, boolean bootstrap) throws IOException {
        files++;
        Path file = Files.writeString(directory.resolve("config-" + files), config);
        return Program.start(directory.resolve("log-" + files), Replica.command(file, bootstrap));
    }

    private static void assertEnds(Program program, String... words) {
        try (program) {
            assertThat(program.awaitEnd(END)).as("exit code").isEqualTo(CANNOT_START);
            assertThat(program.output()).startsWith("ephor: ").contains(words);
            assertThat(program.output()).doesNotContain("\tat ");
        }
    }
}
