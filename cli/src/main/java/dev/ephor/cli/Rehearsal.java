package dev.ephor.cli;

import dev.ephor.server.ReplicaServer;
import dev.ephor.server.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Plays the common commands once, against a cell of one replica in this process. The launcher runs
/// it after a build under `-XX:AOTCacheOutput`: what the JVM learns about the classes makes later
/// starts of commands and replicas fast. Nothing else needs it.
final class Rehearsal {
    private static final dev.ephor.log.Address ANY_PORT = new dev.ephor.log.Address("127.0.0.1", 0);

    private Rehearsal() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("ephor-rehearsal");
        int failures = 0;
        try (ReplicaServer replica = start(directory.resolve("data"))) {
            String server = replica.clientAddress().toString();
            for (List<String> command : commands()) {
                String[] words =
                        Stream.of(
                                        command.subList(0, 1),
                                        List.of("--server", server),
                                        command.subList(1, command.size()))
                                .flatMap(List::stream)
                                .toArray(String[]::new);
                failures += Main.run(words) == ExitCode.OK ? 0 : 1;
            }
        } finally {
            delete(directory);
        }
        System.exit(failures == 0 ? 0 : 1);
    }

    private static List<List<String>> commands() {
        return List.of(
                List.of("mkdir", "/ls/local/rehearsal"),
                List.of("put", "/ls/local/rehearsal/file", "hello"),
                List.of("get", "/ls/local/rehearsal/file"),
                List.of("get", "--json", "/ls/local/rehearsal/file"),
                List.of("stat", "/ls/local/rehearsal/file"),
                List.of("ls", "/ls/local/rehearsal"),
                List.of("lock", "/ls/local/rehearsal/lock", "--", "true"),
                List.of("status"),
                List.of("rm", "-r", "/ls/local/rehearsal"));
    }

    private static ReplicaServer start(Path data) throws Exception {
        TreeMap<Integer, ServerConfig.Member> members = new TreeMap<>();
        members.put(1, new ServerConfig.Member(ANY_PORT, ANY_PORT));
        ServerConfig config = ServerConfig.of("rehearsal", 1, data, members);
        Files.createDirectories(data);
        ReplicaServer.bootstrap(config);
        return ReplicaServer.start(config, (_, _) -> {});
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
