package dev.ephor.server;

import dev.ephor.cell.CellSettings;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorBuilder;
import dev.ephor.log.Address;
import dev.ephor.log.LogSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/// A cell of several replicas in this process, on free ports of the loopback interface.
final class TestCell implements AutoCloseable {
    private static final Address ANY = new Address("127.0.0.1", 0);

    /// By number, those that run.
    final SortedMap<Integer, ReplicaServer> running = new TreeMap<>();

    /// What was reported as fatal, by replica.
    final Map<Integer, String> fatal = new ConcurrentHashMap<>();

    private final Path directory;
    private final int size;
    private final CellSettings settings;
    private final SortedMap<Integer, ServerConfig.Member> members = new TreeMap<>();

    TestCell(Path directory, int size, CellSettings settings) throws Exception {
        this.directory = directory;
        this.size = size;
        this.settings = settings;
        for (int number = 1; number <= size; number++) {
            members.put(number, new ServerConfig.Member(ANY, ANY));
        }
        for (int number = 1; number <= size; number++) {
            ReplicaServer.bootstrap(config(number));
        }
        for (int number = 1; number <= size; number++) {
            start(number);
        }
    }

    TestCell(Path directory, int size) throws Exception {
        this(directory, size, CellSettings.DEFAULT);
    }

    ServerConfig config(int number) {
        return ServerConfig.of("test", number, directory.resolve("" + number), members)
                .withSettings(settings, LogSettings.DEFAULT)
                .listening(members.get(number).replica(), members.get(number).client());
    }

    /// Starts a replica: the first time on free ports, later on the same.
    void start(int number) throws Exception {
        ReplicaServer server =
                ReplicaServer.start(config(number), (message, cause) -> fatal.put(number, message));
        members.put(
                number, new ServerConfig.Member(server.replicaAddress(), server.clientAddress()));
        running.put(number, server);
        running.forEach((other, peer) -> {
            peer.peerAt(number, server.replicaAddress(), server.clientAddress());
            server.peerAt(other, peer.replicaAddress(), peer.clientAddress());
        });
    }

    void stop(int number) {
        running.remove(number).close();
    }

    /// The number of the replica that is master and says so.
    int master() throws Exception {
        return until(
                "a master",
                () ->
                        running.entrySet().stream()
                                .filter(e -> e.getValue().status().getRole().equals("master"))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse(null));
    }

    String[] addresses() {
        return members.values().stream()
                .map(member -> member.client().toString())
                .toArray(String[]::new);
    }

    Ephor connect() {
        return connect(Ephor.builder());
    }

    Ephor connect(EphorBuilder builder) {
        return builder.connect(addresses());
    }

    int size() {
        return size;
    }

    /// Asks until the answer is not null, twenty seconds at most.
    static <T> T until(String what, Callable<T> question) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < end) {
            T answer = question.call();
            if (answer != null) {
                return answer;
            }
            Thread.onSpinWait();
            Thread.yield();
        }
        throw new AssertionError("no " + what + " within 20 seconds");
    }

    @Override
    public void close() {
        running.values().forEach(ReplicaServer::close);
        running.clear();
    }
}
