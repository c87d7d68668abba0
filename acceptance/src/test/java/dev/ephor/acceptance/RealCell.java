package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.StatusReply;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Five replicas in five processes on this machine, in a directory of their own that goes with
/// them.
final class RealCell implements AutoCloseable {
    static final String NAME = "sparta";

    /// As long as a busy machine may take for what takes a second or two.
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();

    private RealCell(List<String> settings, boolean relayed) {
        try {
            directory = Files.createTempDirectory("ephor-acceptance-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Integer> forClients = Stream.generate(Ports::free).limit(5).toList();
        List<Integer> forReplicas = Stream.generate(Ports::free).limit(5).toList();
        List<Integer> advertised = forClients;
        if (relayed) {
            forClients.forEach(port -> relays.add(new Relay(port)));
            advertised = relays.stream().map(Relay::port).toList();
        }
        for (int i = 0; i < 5; i++) {
            List<String> lines = new ArrayList<>(members(advertised, forReplicas));
            lines.add("replica = " + (i + 1));
            lines.add("listen.client = 127.0.0.1:" + forClients.get(i));
            lines.addAll(settings);
            replicas.add(
                    new Replica(
                            i + 1,
                            directory.resolve("replica-" + (i + 1)),
                            String.join("\n", lines) + "\n",
                            forClients.get(i),
                            forReplicas.get(i)));
        }
    }

    private static List<String> members(List<Integer> forClients, List<Integer> forReplicas) {
        List<String> lines = new ArrayList<>();
        lines.add("cell = " + NAME);
        for (int i = 0; i < 5; i++) {
            lines.add("member." + (i + 1) + ".client = 127.0.0.1:" + forClients.get(i));
            lines.add("member." + (i + 1) + ".replica = 127.0.0.1:" + forReplicas.get(i));
        }
        return lines;
    }

    /// Starts a new cell and waits for its first master.
    ///
    /// @param settings further lines of the configuration
    static RealCell start(String... settings) {
        return start(new RealCell(List.of(settings), false));
    }

    /// A new cell, none of whose replicas runs yet.
    static RealCell prepare(String... settings) {
        return new RealCell(List.of(settings), false);
    }

    /// As [#start]; clients that do not know the replicas' own addresses reach them through
    /// [#relays] only.
    static RealCell startRelayed(String... settings) {
        return start(new RealCell(List.of(settings), true));
    }

    private static RealCell start(RealCell cell) {
        try {
            cell.replicas.forEach(Replica::start);
            cell.awaitMaster();
        } catch (RuntimeException | Error e) {
            cell.close();
            throw e;
        }
        return cell;
    }

    List<Replica> replicas() {
        return replicas;
    }

    Replica replica(int number) {
        return replicas.get(number - 1);
    }

    List<Relay> relays() {
        return relays;
    }

    Path directory() {
        return directory;
    }

    String[] addresses() {
        return replicas.stream().map(Replica::address).toArray(String[]::new);
    }

    Ephor connect() {
        return connect(Ephor.builder());
    }

    Ephor connect(EphorBuilder options) {
        return options.connectTimeout(PATIENCE).connect(addresses());
    }

    /// The one that says that it is the master, once one does.
    Replica awaitMaster() {
        return Await.value("a master", PATIENCE, this::master);
    }

    Optional<Replica> master() {
        return replicas.stream().filter(Replica::isMaster).findFirst();
    }

    /// One that is not the master.
    Replica awaitOther() {
        Replica master = awaitMaster();
        return replicas.stream()
                .filter(Replica::isRunning)
                .filter(replica -> replica != master)
                .findFirst()
                .orElseThrow();
    }

    /// Waits until all five answer and are at the same point; then their checksums must be equal.
    List<StatusReply> awaitAgreement() {
        List<StatusReply> agreed =
                Await.value("all replicas at the same point", PATIENCE, this::sameApplied);
        assertThat(agreed)
                .extracting(StatusReply::getChecksum)
                .containsOnly(agreed.getFirst().getChecksum());
        return agreed;
    }

    private Optional<List<StatusReply>> sameApplied() {
        List<StatusReply> all =
                replicas.stream().map(Replica::status).flatMap(Optional::stream).toList();
        boolean same =
                all.size() == replicas.size()
                        && all.stream().map(StatusReply::getApplied).distinct().count() == 1;
        return same ? Optional.of(all) : Optional.empty();
    }

    @Override
    public void close() {
        replicas.forEach(Replica::close);
        relays.forEach(Relay::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
