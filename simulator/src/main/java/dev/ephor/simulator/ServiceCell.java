package dev.ephor.simulator;

import dev.ephor.cell.CellSettings;
import dev.ephor.client.Ephor;
import dev.ephor.log.LogSettings;
import dev.ephor.log.ReplicaStatus;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The profile `cell`: the whole service. Replicas with log, database, cell and front door, and
/// clients with the real client library, connected by streams. Judged by what the clients see.
final class ServiceCell implements Profile {
    static final String NAME = "simulated";
    private static final long LOOK_EVERY = 10 * World.MILLI;

    final World world;
    final Membership membership;
    final LogSettings settings;
    final CellSettings cellSettings;
    final Climate climate;
    final Atlas atlas;
    final SimNetwork network;
    final Streams streams;
    final FileBook files;
    final LockBook locksHeld;
    final PresenceBook presences;
    final WatchBook watches;
    final List<String> paths = new ArrayList<>();
    final String lockPath = "/ls/" + NAME + "/lock";
    final String guardedPath = "/ls/" + NAME + "/guarded";

    /// Programs that use files, for each client.
    final int lanes;

    final boolean locks;

    /// How often a lock is asked for to be shared.
    final double shared;

    final boolean presence;
    final boolean watching;

    /// Nothing fails, and whoever changes the cell does it with care: no client may notice.
    final boolean careful;

    /// Every client has one more program, which only reads: it is never held up by a write.
    final boolean reading;

    final long think;
    final long grace;
    final long lockDelay;
    private final Rng rng;
    private final List<ServiceNode> nodes = new ArrayList<>();
    private final List<ClientNode> clients = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final Nemesis nemesis;
    private final MemberBook members;
    private final MemberChurn churn;
    private final Procession procession;
    private final Schedule orders;
    private final long clientCrashEvery;
    private final long clientPauseEvery;
    private final long stepDownEvery;
    private final long closeEvery;
    private final ClientCuts clientCuts;
    private final int lease;
    private long freshPaths;

    ServiceCell(World world) {
        this.world = world;
        this.rng = world.rng.stream("service");
        int replicas = rng.pick(List.of(1, 3, 3, 3, 5, 5));
        int clientCount = rng.between(2, 4);
        reading = world.rng.stream("reading").chance(0.5);
        settings = drawLog(rng, reading ? 2 : 1);
        // Clients take off a twentieth of their leases for the drift of clocks.
        double drift = Math.min(0.05, 1.0 / settings.paxos().driftDivisor());
        Climate drawn = Climate.draw(rng, replicas, settings.paxos().lease(), drift);
        lease = (int) rng.magnitude(1_000, 6_000);
        cellSettings = CellSettings.DEFAULT.withLeases(lease, 500, 2 * lease);
        Rng care = world.rng.stream("one by one");
        careful = care.chance(0.1);
        long drawnGrace = rng.magnitude(World.SECOND, 20 * World.SECOND);
        grace = careful ? 45 * World.SECOND : drawnGrace;
        climate = careful ? drawn.withoutFaults() : drawn;
        lanes = rng.between(1, 3);
        locks = rng.chance(0.8);
        Rng more = world.rng.stream("more of the service");
        shared = more.chance(0.5) ? 0.4 : 0;
        presence = more.chance(0.5);
        watching = more.chance(0.5);
        closeEvery = more.chance(0.4) ? more.magnitude(World.SECOND, 20 * World.SECOND) : 0;
        think = world.calmer * rng.magnitude(5 * World.MILLI, 300 * World.MILLI);
        lockDelay = rng.nextBoolean() ? 0 : rng.magnitude(200 * World.MILLI, 8 * World.SECOND);
        clientCrashEvery = rng.chance(0.5) ? rng.magnitude(World.SECOND, 30 * World.SECOND) : 0;
        clientPauseEvery = rng.chance(0.5) ? rng.magnitude(World.SECOND, 30 * World.SECOND) : 0;
        stepDownEvery = rng.chance(0.3) ? rng.magnitude(World.SECOND, 20 * World.SECOND) : 0;
        atlas = new Atlas(world, climate.clocks().hold());
        MemberChurn.Plan plan =
                careful
                        ? MemberChurn.Plan.spares(care.between(0, 2))
                        : MemberChurn.Plan.draw(world.rng.stream("members"), replicas);
        int machines = replicas + plan.spares();
        Links links = new Links(world, climate, machines + clientCount);
        orders = new Schedule(world, "orders");
        network = new SimNetwork(world, links, machines, (_, _, _) -> {});
        streams = new Streams(world, climate, links, nodes, new AnswerBook(atlas));
        files = new FileBook(world, atlas);
        locksHeld = new LockBook(world, atlas, lockDelay);
        presences = new PresenceBook(world, atlas);
        watches = new WatchBook(world);
        int fileCount = rng.between(1, 3);
        for (int i = 0; i < fileCount; i++) {
            paths.add("/ls/" + NAME + "/file-" + i);
        }
        membership =
                Membership.of(IntStream.rangeClosed(1, replicas).mapToObj(ReplicaId::of).toList());
        DiskMachine.Setting setting =
                new DiskMachine.Setting(world, NAME, climate, atlas, membership, network);
        for (int i = 0; i < machines; i++) {
            addresses.add(ServiceNode.addressOf(i));
            nodes.add(new ServiceNode(this, setting, i, clock("r" + (i + 1))));
        }
        for (int i = 0; i < clientCount; i++) {
            clients.add(new ClientNode(this, machines + i, i + 1, clock("c" + (i + 1))));
        }
        members = new MemberBook(world, membership, nodes, machines);
        atlas.watch(nodes, members);
        churn = new MemberChurn(world, members, nodes, atlas, plan);
        procession = new Procession(world, members, churn, nodes, replicas, plan.spares() > 0);
        clientCuts = new ClientCuts(world, links, nodes, clients, 4L * lease * World.MILLI);
        nemesis = new Nemesis(world, climate, atlas, links, nodes, machines + clientCount);
        world.note("", "cell", replicas + " replicas, " + settings + ", lease " + lease + " ms");
        world.note("", "members", plan);
        world.note("", "climate", climate);
    }

    /// Room for any change of the workload: whatever is refused here ends a reign.
    ///
    /// @param slower how many times longer leases last: for as long a deposed master that does not
    ///   know it yet has readers
    private static LogSettings drawLog(Rng rng, int slower) {
        LogSettings drawn = Draw.logSettings(rng, false);
        var paxos = drawn.paxos();
        return drawn.withPaxos(
                new dev.ephor.paxos.Settings(
                        slower * paxos.lease(),
                        paxos.driftDivisor(),
                        slower * paxos.heartbeat(),
                        slower * paxos.backoff(),
                        slower * paxos.attempt(),
                        slower * paxos.retransmit(),
                        paxos.window(),
                        paxos.batchBytes(),
                        1 << 22,
                        paxos.tailEntries(),
                        paxos.tailBytes()));
    }

    private LocalClock clock(String name) {
        return Nemesis.drawClock(world, rng, climate, name);
    }

    List<String> addresses() {
        return addresses;
    }

    /// The clients begin nothing new.
    boolean isCalm() {
        return orders.isOver();
    }

    @Override
    public void safety(long duration) {
        nodes.forEach(Machine::start);
        clients.forEach(Machine::start);
        nemesis.begin();
        churn.begin();
        look();
        if (careful) {
            procession.begin();
        } else {
            orders.every("step down", stepDownEvery, this::stepDown);
            orders.every("crash of a client", clientCrashEvery, this::crashClient);
            orders.every("pause of a client", clientPauseEvery, this::pauseClient);
            orders.every("end of a session", closeEvery, this::closeSession);
            clientCuts.begin(orders);
        }
        world.runUntil(world.now() + duration);
        files.judge();
    }

    private void look() {
        world.after(
                LOOK_EVERY,
                null,
                () -> {
                    locksHeld.exclusive();
                    members.look();
                    look();
                });
    }

    private void stepDown(Rng own) {
        ServiceNode node = own.pick(nodes);
        if (world.choices.make(world, "step down", node.name)) {
            node.stepDown();
        }
    }

    private void crashClient(Rng own) {
        ClientNode victim = own.pick(clients);
        if (world.choices.make(world, "crash of a client", victim.name)) {
            victim.crash();
            world.marks.reach("a client crashes");
            world.after(own.magnitude(World.MILLI, 5 * World.SECOND), null, victim::start);
        }
    }

    private void closeSession(Rng own) {
        ClientNode client = own.pick(clients);
        if (client.isUp()
                && !client.isPaused()
                && world.choices.make(world, "end of a session", client.name)) {
            client.closeSession();
        }
    }

    private void pauseClient(Rng own) {
        ClientNode victim = own.pick(clients);
        long duration = own.magnitude(10 * World.MILLI, 3L * lease * World.MILLI);
        if (world.choices.make(world, "pause of a client", victim.name)) {
            victim.pause();
            world.after(duration, null, victim::resume);
        }
    }

    @Override
    public void liveness() {
        orders.end();
        churn.calm();
        procession.calm();
        List<Integer> healed = careful ? members.everybody() : members.healed(rng);
        nemesis.end(healed);
        streams.calm();
        for (ClientNode client : clients) {
            client.resume();
            client.start();
        }
        settle(healed);
        if (!careful) {
            clientCuts.forGood(members.newest());
        }
        for (ClientNode client : clients) {
            Ephor session = client.session();
            if (session != null) {
                readAll(client, session);
            }
            client.judgeWatches();
        }
        settle(healed);
        clientCuts.judge();
        files.judge();
        nobodyLeft(healed);
        sameDatabases(healed);
    }

    /// A cell that is whole again, then dead sessions that run out, and lock-delays after them, and
    /// then the locks' turns.
    private long patience() {
        return 60 * World.SECOND + grace + 6L * lease * World.MILLI + clients.size() * lockDelay;
    }

    private void settle(List<Integer> healed) {
        Deadline deadline = new Deadline(world, settings.paxos(), climate);
        deadline.await("all", Deadline.ALL, patience(), () -> unsettled(healed));
    }

    private void readAll(ClientNode client, Ephor session) {
        List<String> all = new ArrayList<>(paths);
        all.add(lockPath);
        all.add(guardedPath);
        for (String path : all) {
            FileProgram.read(
                    client,
                    session,
                    path,
                    (_, certain) -> {
                        if (certain) {
                            world.marks.reach("read back at the end");
                        }
                    });
        }
    }

    /// The ephemeral files of sessions that are over must go, as soon as a master has noticed.
    private void nobodyLeft(List<Integer> healed) {
        new Deadline(world, settings.paxos(), climate)
                .await(
                        "ephemeral files are gone",
                        Deadline.ALL,
                        patience(),
                        () -> {
                            lookForTheAbandoned();
                            String unsettled = unsettled(healed);
                            return unsettled == null ? presences.leftOver() : unsettled;
                        });
    }

    private void lookForTheAbandoned() {
        for (ClientNode client : clients) {
            Ephor session = client.session();
            if (session != null && client.unsettled() == null) {
                for (String path : presences.abandoned()) {
                    PresenceProgram.look(
                            client,
                            session,
                            path,
                            (there, certain) -> {
                                if (certain && !there) {
                                    presences.isGone(path);
                                }
                            });
                }
                return;
            }
        }
    }

    /// A path that nobody used before.
    String freshPath(String name) {
        return "/ls/" + NAME + "/" + name + "-" + ++freshPaths;
    }

    private @Nullable String unsettled(List<Integer> healed) {
        for (ClientNode client : clients) {
            String why = client.unsettled();
            if (why != null) {
                return why;
            }
        }
        String unfinished = members.unfinished(healed);
        if (unfinished != null) {
            return unfinished;
        }
        long applied = -1;
        for (int index : membersAmong(healed)) {
            ReplicaStatus status = nodes.get(index).status();
            if (status == null || (applied >= 0 && status.applied() != applied)) {
                return "the replicas have not applied the same";
            }
            applied = status.applied();
        }
        return null;
    }

    /// A status is as of its replica's last tick: what was applied since is given time. Who differs
    /// differs for ever.
    private void sameDatabases(List<Integer> healed) {
        List<String> different = List.of("not compared yet");
        for (int tries = 0; !different.isEmpty() && tries < 5; tries++) {
            world.runUntil(world.now() + 2 * settings.paxos().lease());
            settle(healed);
            different = different(membersAmong(healed));
        }
        List<String> still = different;
        world.check(
                still.isEmpty(),
                "databases are equal",
                () -> still + " differ from r" + (membersAmong(healed).getFirst() + 1));
    }

    private List<String> different(List<Integer> replicas) {
        long checksum = nodes.get(replicas.getFirst()).checksum();
        return replicas.stream()
                .map(nodes::get)
                .filter(node -> node.checksum() != checksum)
                .map(node -> node.name)
                .toList();
    }

    private List<Integer> membersAmong(List<Integer> replicas) {
        return replicas.stream().filter(index -> members.isMember(nodes.get(index))).toList();
    }
}
