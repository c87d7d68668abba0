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

/// Replicas, five of them at first, in as many processes on this machine, in a directory of their
/// own that goes with them.
final class RealCell implements AutoCloseable {
    static final String NAME = "sparta";

    /// As long as a busy machine may take for what takes a second or two.
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path directory;
    private final List<String> settings;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Relay> relays = new ArrayList<>();

    private RealCell(int size, List<String> settings, boolean relayed) {
        try {
            directory = Files.createTempDirectory("ephor-acceptance-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.settings = settings;
        for (int number = 1; number <= size; number++) {
            int forClients = Ports.free();
            int advertised = forClients;
            if (relayed) {
                Relay relay = new Relay(forClients);
                relays.add(relay);
                advertised = relay.port();
            }
            seats.add(new Seat(number, forClients, advertised, Ports.free()));
        }
        seats.forEach(seat -> replicas.add(replica(seat)));
    }

    /// The ports of a replica.
    private record Seat(int number, int forClients, int advertised, int forReplicas) {
        List<String> lines() {
            return List.of(
                    "member." + number + ".client = 127.0.0.1:" + advertised,
                    "member." + number + ".replica = 127.0.0.1:" + forReplicas);
        }
    }

    private Replica replica(Seat seat) {
        return new Replica(
                seat.number(),
                directory.resolve("replica-" + seat.number()),
                config(seat),
                seat.forClients(),
                seat.forReplicas());
    }

    private String config(Seat seat) {
        List<String> lines = new ArrayList<>();
        lines.add("cell = " + NAME);
        seats.forEach(other -> lines.addAll(other.lines()));
        lines.add("replica = " + seat.number());
        lines.add("listen.client = 127.0.0.1:" + seat.forClients());
        lines.addAll(settings);
        return String.join("\n", lines) + "\n";
    }

    /// Gives a replica that does not run other ports: in its own configuration only.
    void move(Replica replica) {
        int forClients = Ports.free();
        Seat seat = new Seat(replica.number(), forClients, forClients, Ports.free());
        seats.set(replica.number() - 1, seat);
        replica.reconfigure(config(seat), seat.forClients(), seat.forReplicas());
    }

    /// A further replica, which is no member yet and does not run; it knows where the others are,
    /// and they do not know of it.
    Replica newcomer() {
        int forClients = Ports.free();
        Seat seat = new Seat(seats.size() + 1, forClients, forClients, Ports.free());
        seats.add(seat);
        Replica newcomer = replica(seat).neverBootstrapped();
        replicas.add(newcomer);
        return newcomer;
    }

    /// Ends a replica that is no member any more, for good.
    void retire(Replica replica) {
        replica.close();
        replicas.remove(replica);
    }

    /// Starts a new cell and waits for its first master.
    ///
    /// @param settings further lines of the configuration
    static RealCell start(String... settings) {
        return start(new RealCell(5, List.of(settings), false));
    }

    /// As [#start], with another number of replicas.
    static RealCell startOf(int size, String... settings) {
        return start(new RealCell(size, List.of(settings), false));
    }

    /// A new cell, none of whose replicas runs yet.
    static RealCell prepare(String... settings) {
        return new RealCell(5, List.of(settings), false);
    }

    /// As [#start]; clients that do not know the replicas' own addresses reach them through
    /// [#relays] only.
    static RealCell startRelayed(String... settings) {
        return start(new RealCell(5, List.of(settings), true));
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
        return replicas.stream()
                .filter(replica -> replica.number() == number)
                .findFirst()
                .orElseThrow();
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

    /// Waits until all replicas answer and are at the same point; then their checksums must be
    /// equal.
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
