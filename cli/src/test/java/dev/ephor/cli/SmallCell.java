package dev.ephor.cli;

import dev.ephor.server.ReplicaServer;
import dev.ephor.server.ServerConfig;
import java.nio.file.Path;
import java.util.Random;

/// A cell of one replica in this process, with short leases, on free ports.
final class SmallCell implements AutoCloseable {
    private final ReplicaServer server;
    private final int port;

    private SmallCell(ReplicaServer server, int port) {
        this.server = server;
        this.port = port;
    }

    static SmallCell start(Path directory) throws Exception {
        int port = Ports.freeRange(2, new Random());
        String text =
                """
                cell = test
                replica = 1
                data = data
                member.1.client = localhost:%d
                member.1.replica = localhost:%d
                session.lease = 2s
                master.lease = 300ms
                master.heartbeat = 50ms
                """
                        .formatted(port, port + 1);
        ServerConfig config = ServerConfig.parse(text, "test", directory);
        ReplicaServer.bootstrap(config);
        ReplicaServer server =
                ReplicaServer.start(
                        config,
                        (message, cause) -> {
                            throw new AssertionError(message, cause);
                        });
        return new SmallCell(server, port);
    }

    String address() {
        return "localhost:" + port;
    }

    /// Without a word to anybody: clients notice by the silence.
    @Override
    public void close() {
        server.close();
    }
}
