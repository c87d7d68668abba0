package dev.ephor.server;

import dev.ephor.api.StatusReply;
import dev.ephor.cell.CellReplica;
import dev.ephor.log.Address;
import dev.ephor.log.DamagedException;
import dev.ephor.log.Identity;
import dev.ephor.log.LogException;
import dev.ephor.log.RealDisk;
import dev.ephor.log.RealEnvironment;
import dev.ephor.log.Seat;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One running replica: its disk, its threads, its ports, and log, database, cell and front door on
/// them. The composition root.
///
/// Thread-safe.
public final class ReplicaServer implements AutoCloseable {
    /// Room in a message beside the contents of the largest file: paths, and a batch of requests.
    private static final int MESSAGE_ROOM = 4 << 20;

    private final ServerConfig config;
    private final LogReporter reporter;
    private final Addresses addresses;
    private final StatusPage status;
    private final BiConsumer<String, Throwable> onFatal;

    /// What to close, the last first.
    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    private @Nullable RealEnvironment environment;
    private @Nullable FrontDoor door;
    private @Nullable GrpcEndpoint endpoint;
    private @Nullable CellReplica replica;

    private ReplicaServer(ServerConfig config, BiConsumer<String, Throwable> onFatal) {
        this.config = config;
        this.onFatal = onFatal;
        reporter = new LogReporter(config.replica());
        addresses = new Addresses(config.replica());
        config.members().forEach((number, member) -> addresses.put(number, member.client()));
        status = new StatusPage(config, addresses, reporter);
    }

    /// Makes the empty data directory that of a new replica of a new cell, whose first members are
    /// those of the configuration. Once for each replica of the cell, before its first start, and
    /// never for one that lost its disk.
    ///
    /// @throws StartException the directory is in use, is not empty, or cannot be written
    public static void bootstrap(ServerConfig config) throws StartException {
        try {
            RealDisk.bootstrap(
                    config.data(), config.cell(), config.replica(), config.members().keySet());
        } catch (LogException e) {
            throw new StartException(Troubles.contents(config.data(), e), e);
        } catch (IOException e) {
            throw new StartException(Troubles.disk(config.data(), e), e);
        }
    }

    /// Starts a replica on a data directory that was bootstrapped.
    ///
    /// @param onFatal told, once, that the replica had to stop at once because going on would be
    ///   unsafe; to end the process, if it is one of its own
    /// @throws StartException it cannot; the message says why and what to do
    public static ReplicaServer start(ServerConfig config, BiConsumer<String, Throwable> onFatal)
            throws StartException {
        ReplicaServer server = new ReplicaServer(config, onFatal);
        try {
            server.open();
            return server;
        } catch (LogException e) {
            server.closeParts();
            throw new StartException(Troubles.contents(config.data(), e), e);
        } catch (StartException | RuntimeException e) {
            server.closeParts();
            throw e;
        }
    }

    private void open() throws StartException {
        RealDisk disk = openDisk();
        refuseWrongDisk(disk);
        RealEnvironment world = openEnvironment(disk);
        FrontDoor frontDoor = new FrontDoor(world, addresses);
        door = frontDoor;
        Administration administration = new Administration(world, addresses::masterAddress);
        GrpcEndpoint clients = openEndpoint(frontDoor, administration, world);
        addresses.put(config.replica(), own(clients.port()));
        try {
            CellReplica opened =
                    CellReplica.open(
                            seat(clients.port()),
                            config.logSettings(),
                            world,
                            config.cellSettings(),
                            frontDoor,
                            new SecureRandom());
            parts.push(opened);
            replica = opened;
            addresses.follow(opened.log());
            administration.serve(opened.log());
            status.serve(opened);
            frontDoor.attach(opened.cell());
            frontDoor.watchOverClients(opened.log(), config.cellSettings().leaseMillis());
        } catch (IOException e) {
            throw new StartException(Troubles.disk(config.data(), e), e);
        }
        reporter.info(
                "replica "
                        + config.replica()
                        + " of "
                        + config.cell()
                        + " is up: clients at "
                        + clientAddress()
                        + ", replicas at "
                        + replicaAddress()
                        + ", data in "
                        + config.data());
    }

    private RealDisk openDisk() throws StartException {
        try {
            RealDisk disk = RealDisk.open(config.data());
            parts.push(disk);
            return disk;
        } catch (IOException e) {
            throw new StartException(Troubles.disk(config.data(), e), e);
        }
    }

    /// Before its port is, which is another replica's then, most likely.
    private void refuseWrongDisk(RealDisk disk) throws StartException {
        try {
            Identity.find(disk, config.cell(), config.replica());
        } catch (DamagedException e) {
            // The log deals with it.
            reporter.info(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartException(Troubles.disk(config.data(), e), e);
        }
    }

    /// The others are told where clients reach this replica.
    private Seat seat(int clientPort) {
        return new Seat(config.cell(), config.replica(), own(clientPort).toString());
    }

    private RealEnvironment openEnvironment(RealDisk disk) throws StartException {
        Map<Integer, Address> peers = new TreeMap<>();
        config.members().forEach((number, member) -> peers.put(number, member.replica()));
        try {
            RealEnvironment world =
                    RealEnvironment.start(
                            disk,
                            Seat.of(config.cell(), config.replica()),
                            config.listenReplica(),
                            peers,
                            reporter,
                            this::fatal);
            parts.push(world);
            environment = world;
            return world;
        } catch (IOException e) {
            throw new StartException(Troubles.port(config.listenReplica(), "listen.replica", e), e);
        }
    }

    private GrpcEndpoint openEndpoint(
            FrontDoor frontDoor, Administration administration, RealEnvironment world)
            throws StartException {
        try {
            GrpcEndpoint clients =
                    new GrpcEndpoint(
                            config.listenClient(),
                            world.eventLoops(),
                            config.cellSettings().fileBytes() + MESSAGE_ROOM,
                            frontDoor,
                            status::reply,
                            administration::administer,
                            this::fatal);
            parts.push(clients);
            endpoint = clients;
            return clients;
        } catch (IOException e) {
            throw new StartException(Troubles.port(config.listenClient(), "listen.client", e), e);
        }
    }

    /// Where clients reach this replica.
    public Address clientAddress() {
        GrpcEndpoint clients = endpoint;
        return own(clients == null ? config.listenClient().port() : clients.port());
    }

    /// Where the other replicas reach this one.
    public Address replicaAddress() {
        RealEnvironment world = environment;
        Address own = config.members().getOrDefault(config.replica(), noMember()).replica();
        return at(own, world == null ? own.port() : world.listening().port());
    }

    /// Another replica is reached here from now on: for cells whose ports are known only once they
    /// are open.
    public void peerAt(int number, Address forReplicas, Address forClients) {
        addresses.put(number, forClients);
        RealEnvironment world = environment;
        if (world != null) {
            world.peerAt(number, forReplicas);
        }
    }

    /// What the replica is and knows.
    public StatusReply status() {
        return status.reply();
    }

    /// Leaves the cell in good order: gives mastership up, so that another replica has it at once,
    /// sends the clients there, and closes everything.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leave();
            closeParts();
            reporter.info("replica " + config.replica() + " has stopped");
        }
    }

    private void leave() {
        CellReplica running = replica;
        FrontDoor frontDoor = door;
        RealEnvironment world = environment;
        if (running == null || frontDoor == null || world == null) {
            return;
        }
        world.await(running.log().handOver("the replica shuts down"));
        CompletableFuture<Boolean> away = new CompletableFuture<>();
        frontDoor.shutDown(() -> away.complete(true));
        if (!world.await(away)) {
            reporter.warn("the loop did not answer while the replica was shutting down");
        }
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                reporter.warn("closing failed: " + e);
            }
        }
    }

    private void fatal(String message, Throwable cause) {
        reporter.error(message, cause);
        onFatal.accept(message, cause);
    }

    private Address own(int port) {
        return at(config.members().getOrDefault(config.replica(), noMember()).client(), port);
    }

    /// A member's address need not be the one that it listens at: something between may pass
    /// connections on.
    private static Address at(Address member, int listening) {
        return member.port() == 0 ? new Address(member.host(), listening) : member;
    }

    private ServerConfig.Member noMember() {
        return new ServerConfig.Member(config.listenReplica(), config.listenClient());
    }
}
