package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ephor.log.Address;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static final Path HERE = Path.of("/etc/ephor");

    static final String GOOD =
            """
            # A cell of one
            cell = demo
            replica = 1   # the first
            data = data/1

            member.1.replica = 10.0.0.1:7500
            member.1.client = [::1]:7400
            """;

    @Test
    void whatIsNotSaidHasItsDefault() throws Exception {
        ServerConfig config = ServerConfig.parse(GOOD, "test", HERE);

        assertThat(config.cell()).isEqualTo("demo");
        assertThat(config.replica()).isEqualTo(1);
        assertThat(config.data()).isEqualTo(Path.of("/etc/ephor/data/1"));
        assertThat(config.listenReplica()).isEqualTo(new Address("10.0.0.1", 7500));
        assertThat(config.listenClient()).isEqualTo(new Address("::1", 7400));
        assertThat(config.cellSettings().leaseMillis()).isEqualTo(12_000);
    }

    @Test
    void everySettingIsReadBackAsItWasWritten() throws Exception {
        ServerConfig config =
                ServerConfig.parse(
                        GOOD
                                + """
                                listen.replica = 0.0.0.0:0
                                listen.client = 0.0.0.0:7401
                                session.lease = 5s
                                session.lease.min = 500ms
                                session.lease.max = 1m
                                session.count = 77
                                session.requests = 99
                                lock.delay.max = 0s
                                limit.file = 1MiB
                                limit.path = 1KiB
                                limit.levels = 7
                                master.lease = 2s
                                master.heartbeat = 300ms
                                snapshot.bytes = 10MiB
                                snapshot.instances = 1234
                                """,
                        "test",
                        HERE);

        assertThat(config.cellSettings().leaseMillis()).isEqualTo(5_000);
        assertThat(config.cellSettings().minLeaseMillis()).isEqualTo(500);
        assertThat(config.cellSettings().sessionRequests()).isEqualTo(99);
        assertThat(config.cellSettings().fileBytes()).isEqualTo(1 << 20);
        assertThat(config.logSettings().paxos().lease()).isEqualTo(2_000_000_000L);
        assertThat(config.logSettings().snapshotInstances()).isEqualTo(1234);
        assertThat(ServerConfig.parse(config.toText(), "again", HERE)).isEqualTo(config);
    }

    /// Each line is put in the place of, or after, those of a good file; the message must have all
    /// the words.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    replica = 2           | line 3; replica 2 is not among the members [1]
                    replica = 0           | line 3; replica = 0; from 1
                    replica = one         | line 3; replica = one; a number
                    cell = a/b            | line 2; cell = a/b; letters
                    cell = local          | line 2; not "local"
                    data =                | line 4; a directory is needed
                    sesion.lease = 12s    | line 8; unknown key sesion.lease; mean session.lease
                    colour = red          | line 8; unknown key colour; known: cell; member.<number>
                    session.lease = 12    | line 8; session.lease = 12; ms, s, m or h
                    session.lease = 1ms   | line 8; from 100ms to 600s
                    limit.file = 1GiB     | line 8; from 0B to 8MiB
                    limit.file = big      | line 8; KiB
                    member.1.client = x   | line 7; host:port
                    member.1.client = x:0 | line 7; from 1 to 65535
                    member.1.client = x:99999 | line 7; from 1 to 65535
                    member.2.client = x:1 | member.2.replica is missing
                    member.0.client = x:1 | line 8; numbered from 1
                    member.1.client = 10.0.0.1:7500 | line 7; the same address as member.1
                    just words            | line 8; "just words" is not key = value
                    = 5                   | line 8; not key = value
                    limit.path = 4KiB\tx  | line 8; KiB
                    master.heartbeat = 900ms | the lease must outlast two heartbeats
                    """)
    void mistakesAreNamed(String line, String words) {
        String key = line.contains("=") ? line.substring(0, line.indexOf('=')).strip() : "";
        StringBuilder text = new StringBuilder();
        boolean replaced = false;
        for (String good : GOOD.split("\n")) {
            if (!key.isEmpty() && good.startsWith(key + " =")) {
                text.append(line);
                replaced = true;
            } else {
                text.append(good);
            }
            text.append('\n');
        }
        if (!replaced) {
            text.append(line).append('\n');
        }

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ServerConfig.parse(text.toString(), "my.conf", HERE))
                .satisfies(e ->
                        assertThat(e.getMessage())
                                .contains("my.conf")
                                .contains(words.split(";\\s*")));
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ServerConfig.parse("cell = !\ncell = b\nx = 1\n", "f", HERE))
                .satisfies(e ->
                        assertThat(e.getMessage())
                                .contains(
                                        "line 1: cell = !",
                                        "line 2: cell is given already, in line 1",
                                        "line 3: unknown key x",
                                        "the key replica is missing",
                                        "the key data is missing",
                                        "no members"));
    }

    @Test
    void filesThatCannotBeRead(@TempDir Path directory) throws Exception {
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0, 1});

        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ServerConfig.load(directory.resolve("none")))
                .withMessageContaining("no such file");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ServerConfig.load(binary))
                .withMessageContaining("UTF-8");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ServerConfig.load(directory))
                .withMessageContaining("cannot be read");
    }
}
