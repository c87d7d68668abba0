package dev.ephor.benchmark;

import dev.ephor.api.AdminReply;
import dev.ephor.api.AdminRequest;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.StatusReply;
import dev.ephor.api.StatusRequest;
import dev.ephor.api.TransferMaster;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.log.Address;
import dev.ephor.server.ServerConfig;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A cell of five Ephor replicas with default settings.
final class EphorPeer implements Peer {
    private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
    private static final String CELL = "bench";
    private static final Duration START = Duration.ofSeconds(90);
    private static final long STATUS_SECONDS = 2;

    /// Set by the launcher: itself.
    private static final String LAUNCHER = "ephor.launcher";

    private static final String HEAP = "-Xmx512m";
    private static final Duration TRANSFER = Duration.ofSeconds(30);

    private final Path directory;
    private final List<String> jvmOptions;

    /// What starts a replica; null for a Java of the benchmark's own.
    private final @Nullable String launcher;

    private final List<ServerProcess> servers = new ArrayList<>();
    private List<Integer> clientPorts = List.of();

    EphorPeer(Path directory, List<String> jvmOptions) {
        this(directory, jvmOptions, null);
    }

    private EphorPeer(Path directory, List<String> jvmOptions, @Nullable String launcher) {
        this.directory = directory;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.launcher = launcher;
    }

    /// Replicas that the launcher starts, as an operator's are, where it has started this program.
    static EphorPeer asInstalled(Path directory) {
        return new EphorPeer(
                directory, List.of(HEAP, "-XX:+UseG1GC"), System.getProperty(LAUNCHER));
    }

    @Override
    public String name() {
        return "Ephor";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        List<Integer> ports = Ports.free(2 * SERVERS);
        clientPorts = ports.subList(0, SERVERS);
        SortedMap<Integer, ServerConfig.Member> members = new TreeMap<>();
        for (int i = 0; i < SERVERS; i++) {
            members.put(
                    i + 1,
                    new ServerConfig.Member(
                            new Address(HOST, ports.get(SERVERS + i)),
                            new Address(HOST, ports.get(i))));
        }
        for (int number : members.keySet()) {
            servers.add(startReplica(number, members));
        }
        long deadline = System.nanoTime() + START.toNanos();
        while (findMaster() == 0) {
            servers.forEach(ServerProcess::mustLive);
            if (System.nanoTime() > deadline) {
                throw new IOException("the Ephor cell has no master");
            }
            Waiting.pause();
        }
        try (EphorConnection connection = connect(Placement.LEADER, 0)) {
            connection.makeDirectory();
        } catch (EphorException e) {
            throw new IOException("the Ephor cell does not take a write", e);
        }
    }

    private ServerProcess startReplica(int number, SortedMap<Integer, ServerConfig.Member> members)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve("ephor-" + number));
        ServerConfig config = ServerConfig.of(CELL, number, home.resolve("data"), members);
        Path file = home.resolve("replica.conf");
        Files.writeString(file, config.toText());
        if (launcher != null) {
            return ServerProcess.launch(
                    number,
                    home,
                    List.of(
                            launcher,
                            "replica",
                            "run",
                            "--config",
                            file.toString(),
                            "--bootstrap",
                            "--stop-with-stdin"),
                    HEAP);
        }
        List<String> command = new ArrayList<>(jvmOptions);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add(EphorReplica.class.getName());
        command.add(file.toString());
        return ServerProcess.start(number, home, command);
    }

    @Override
    public List<Variant> variants(Case one) {
        Operation operation = one.writes() ? Operation.WRITE : Operation.READ;
        return List.of(new Variant(this, Placement.LEADER, operation, true));
    }

    /// Whatever the placement, the client finds the master: nobody else serves.
    @Override
    public EphorConnection connect(Placement placement, int worker) {
        String[] addresses =
                clientPorts.stream().map(port -> HOST + ":" + port).toArray(String[]::new);
        return new EphorConnection(
                Ephor.builder()
                        .name("benchmark-" + worker)
                        .connectTimeout(START)
                        .connect(addresses));
    }

    @Override
    public int leader() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        int master = findMaster();
        while (master == 0) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the Ephor cell has no master");
            }
            Waiting.pause();
            master = findMaster();
        }
        return master;
    }

    /// The number of the replica that says it is master; 0 where none does.
    private int findMaster() throws InterruptedException {
        for (int port : clientPorts) {
            ManagedChannel channel = channel(port);
            try {
                StatusReply status =
                        EphorGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(STATUS_SECONDS, TimeUnit.SECONDS)
                                .status(StatusRequest.getDefaultInstance());
                if (status.getRole().equals("master")) {
                    return status.getReplica();
                }
            } catch (StatusRuntimeException e) {
                // It does not serve yet: the next one may.
                continue;
            } finally {
                channel.shutdownNow().awaitTermination(STATUS_SECONDS, TimeUnit.SECONDS);
            }
        }
        return 0;
    }

    /// Has mastership handed over; returns when that is over.
    ///
    /// @return whether it was done; otherwise somebody else may be master, or the same one
    boolean transfer(int from, int to) throws InterruptedException {
        ManagedChannel channel = channel(clientPorts.get(from - 1));
        try {
            Iterator<AdminReply> replies =
                    EphorGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(TRANSFER.toSeconds(), TimeUnit.SECONDS)
                            .administer(
                                    AdminRequest.newBuilder()
                                            .setTransfer(TransferMaster.newBuilder().setTo(to))
                                            .build());
            AdminReply last = AdminReply.getDefaultInstance();
            while (replies.hasNext()) {
                last = replies.next();
            }
            return last.getOutcome() == AdminReply.Outcome.DONE;
        } catch (StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow().awaitTermination(STATUS_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static ManagedChannel channel(int port) {
        return Grpc.newChannelBuilder(HOST + ":" + port, InsecureChannelCredentials.create())
                .build();
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
