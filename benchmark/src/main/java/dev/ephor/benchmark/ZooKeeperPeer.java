package dev.ephor.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.slf4j.LoggerFactory;

/// An ensemble of five ZooKeeper servers. Flushing before acknowledging is on, as it is by default.
final class ZooKeeperPeer implements Peer {
    private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
    private static final long START_NANOS = Duration.ofSeconds(90).toNanos();
    private static final int SESSION_WAIT_MILLIS = 30_000;
    private static final int STATUS_TIMEOUT_MILLIS = 1_000;

    private final Path directory;
    private final List<String> jvmOptions;
    private final List<ServerProcess> servers = new ArrayList<>();
    private List<Integer> clientPorts = List.of();

    ZooKeeperPeer(Path directory, List<String> jvmOptions) {
        this.directory = directory;
        this.jvmOptions = List.copyOf(jvmOptions);
        quiet();
    }

    /// ZooKeeper's client would tell of every session.
    private static void quiet() {
        if (LoggerFactory.getLogger("org.apache.zookeeper") instanceof Logger logger) {
            logger.setLevel(Level.ERROR);
        }
    }

    @Override
    public String name() {
        return "ZooKeeper";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(3 * SERVERS);
        clientPorts = ports.subList(0, SERVERS);
        List<String> members =
                Stream.iterate(0, i -> i < SERVERS, i -> i + 1)
                        .map(i -> member(i + 1, ports.get(SERVERS + i), ports.get(2 * SERVERS + i)))
                        .toList();
        for (int i = 0; i < SERVERS; i++) {
            servers.add(startServer(i + 1, clientPorts.get(i), members));
        }
        long deadline = System.nanoTime() + START_NANOS;
        for (ServerProcess server : servers) {
            awaitServing(server, deadline);
        }
        try (ZooKeeperConnection connection = connect(Placement.SPREAD, 0)) {
            connection.makeDirectory();
        } catch (KeeperException e) {
            throw new IOException("ZooKeeper does not take a write", e);
        }
    }

    private static String member(int number, int quorumPort, int electionPort) {
        return "server." + number + "=" + HOST + ":" + quorumPort + ":" + electionPort;
    }

    private ServerProcess startServer(int number, int clientPort, List<String> members)
            throws IOException {
        Path home = directory.resolve("zookeeper-" + number);
        Path data = Files.createDirectories(home.resolve("data"));
        Files.writeString(data.resolve("myid"), Integer.toString(number));
        List<String> settings =
                List.of(
                        "tickTime=2000",
                        "initLimit=10",
                        "syncLimit=5",
                        "dataDir=" + data,
                        "clientPort=" + clientPort,
                        "clientPortAddress=" + HOST,
                        "admin.enableServer=false",
                        "maxClientCnxns=0");
        Path configuration = home.resolve("zoo.cfg");
        Files.write(configuration, Stream.concat(settings.stream(), members.stream()).toList());
        List<String> command = new ArrayList<>(jvmOptions);
        command.add("-Dlogback.configurationFile=zookeeper-server-logback.xml");
        command.add(ZooKeeperServer.class.getName());
        command.add(configuration.toString());
        return ServerProcess.start(number, home, command);
    }

    private void awaitServing(ServerProcess server, long deadline)
            throws IOException, InterruptedException {
        while (!mode(server.number()).contains("Mode:")) {
            server.mustLive();
            if (System.nanoTime() > deadline) {
                throw new IOException("ZooKeeper server " + server.number() + " does not serve");
            }
            Waiting.pause();
        }
    }

    /// What the server says of itself; empty where it says nothing.
    private String mode(int number) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(HOST, clientPorts.get(number - 1)),
                    STATUS_TIMEOUT_MILLIS);
            socket.setSoTimeout(STATUS_TIMEOUT_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public List<Variant> variants(Case one) {
        if (one.writes()) {
            return Stream.of(Placement.values())
                    .map(placement -> new Variant(this, placement, Operation.WRITE, true))
                    .toList();
        }
        return List.of(
                new Variant(this, Placement.LEADER, Operation.SYNC_READ, true),
                new Variant(this, Placement.SPREAD, Operation.SYNC_READ, true),
                new Variant(this, Placement.LEADER, Operation.READ, false),
                new Variant(this, Placement.SPREAD, Operation.READ, false));
    }

    @Override
    public ZooKeeperConnection connect(Placement placement, int worker)
            throws IOException, InterruptedException {
        int server =
                switch (placement) {
                    case LEADER -> leader();
                    case SPREAD -> worker % SERVERS + 1;
                };
        return ZooKeeperConnection.open(
                HOST + ":" + clientPorts.get(server - 1), SESSION_WAIT_MILLIS);
    }

    @Override
    public int leader() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_NANOS;
        while (true) {
            for (ServerProcess server : servers) {
                if (mode(server.number()).contains("Mode: leader")) {
                    return server.number();
                }
                server.mustLive();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("ZooKeeper has no leader");
            }
            Waiting.pause();
        }
    }

    @Override
    public List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::kill);
    }
}
