package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ephor.log.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What keeps a replica from starting is named, and nothing is lost (PAPER E7).
class StartTest {
    @TempDir Path directory;

    @Test
    void aPortInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Address inUse = new Address("127.0.0.1", taken.getLocalPort());
            Address free = new Address("127.0.0.1", 0);
            ReplicaServer.bootstrap(config("one", 1, directory));

            assertRefused(
                    config("one", 1, directory).listening(free, inUse),
                    inUse.toString(),
                    "in use",
                    "listen.client");
            assertRefused(
                    config("one", 1, directory).listening(inUse, free),
                    inUse.toString(),
                    "in use",
                    "listen.replica");
        }
        ReplicaServer.start(config("one", 1, directory), StartTest::mustNotHappen).close();
    }

    /// An empty disk never begins a cell: whoever has one asks to be let in.
    @Test
    void aDirectoryThatWasNeverBootstrapped() throws Exception {
        assertApplies("the disk is empty");
        assertThat(files())
                .extracting(file -> file.getFileName().toString())
                .doesNotContain("identity");
    }

    @Test
    void theDiskOfAnotherCellOrAnotherReplica() throws Exception {
        ReplicaServer.bootstrap(config("one", 1, directory));

        assertRefused(config("two", 1, directory), "one", "two");
        assertRefused(config("one", 2, directory), "1", "2");
        ReplicaServer.start(config("one", 1, directory), StartTest::mustNotHappen).close();
    }

    @Test
    void aDiskIsBootstrappedOnce() throws Exception {
        ReplicaServer.bootstrap(config("one", 1, directory));

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> ReplicaServer.bootstrap(config("one", 1, directory)))
                .withMessageContaining("before");
    }

    @Test
    void twoReplicasOnOneDisk() throws Exception {
        ReplicaServer.bootstrap(config("one", 1, directory));
        ReplicaServer first =
                ReplicaServer.start(config("one", 1, directory), StartTest::mustNotHappen);

        assertRefused(config("one", 1, directory), directory.toString());
        first.close();
    }

    @Test
    void aFileWhereTheDirectoryShouldBe() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertRefused(config("one", 1, file), file.toString());
    }

    @Test
    void aDamagedLog() throws Exception {
        ReplicaServer.bootstrap(config("one", 1, directory));
        ReplicaServer.start(config("one", 1, directory), StartTest::mustNotHappen).close();
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length > 8) {
                bytes[8] ^= 1;
                Files.write(file, bytes);
            }
        }

        assertApplies("damaged at offset", "set aside in damaged-1");
        assertThat(directory.resolve("damaged-1")).isNotEmptyDirectory();
    }

    private void assertApplies(String... words) throws StartException {
        try (ReplicaServer server =
                ReplicaServer.start(config("one", 1, directory), StartTest::mustNotHappen)) {
            assertThat(server.status().getRole()).isEqualTo("applicant");
            assertThat(server.status().getMessage()).contains(words);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void assertRefused(ServerConfig config, String... words) {
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> ReplicaServer.start(config, StartTest::mustNotHappen).close())
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private static ServerConfig config(String cell, int replica, Path data) {
        Address any = new Address("127.0.0.1", 0);
        SortedMap<Integer, ServerConfig.Member> members = new TreeMap<>();
        members.put(1, new ServerConfig.Member(any, any));
        members.put(2, new ServerConfig.Member(any, any));
        return ServerConfig.of(cell, replica, data, members);
    }

    private static void mustNotHappen(String message, Throwable cause) {
        throw new AssertionError(message, cause);
    }
}
