package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Clients do what they like, streams break, clients die, masters change and lose what they had
/// proposed; and what the clients were told must fit together.
class RandomTest {
    private static final String[] LOCKS = {"/ls/local/l1", "/ls/local/l2"};
    private static final String[] FILES = {"/ls/local/f1", "/ls/local/f2"};
    private static final int STEPS = 400;

    static LongStream seeds() {
        return LongStream.range(0, 400);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatClientsAreToldFitsTogether(long seed) {
        Run run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            run.step();
        }
        run.finish();
    }

    /// A client with what it knows of itself.
    private static final class User {
        final Client client;
        final Bytes[] handles = new Bytes[LOCKS.length];
        final LockMode[] held = new LockMode[LOCKS.length];

        /// Requests of which it waits to hear, and what to do then.
        final Map<Long, java.util.function.Consumer<Answer>> then = new HashMap<>();

        final String presence;
        boolean present;
        boolean connected = true;
        boolean over;

        User(Client client, String presence) {
            this.client = client;
            this.presence = presence;
        }
    }

    private static final class Run {
        final Random random;
        final World world = new World(CellSettings.DEFAULT, 3);
        final List<User> users = new ArrayList<>();
        final long[] lastGeneration = new long[LOCKS.length];
        final List<TreeSet<Long>> writes = List.of(new TreeSet<>(), new TreeSet<>());
        final long[] unknown = new long[FILES.length];
        final long[] known = new long[FILES.length];
        int joined;

        Run(long seed) {
            random = new Random(seed);
            join();
            join();
        }

        void step() {
            switch (random.nextInt(24)) {
                case 0 -> join();
                case 1 -> world.prompt = !world.prompt;
                case 2 -> world.elect(1 + random.nextInt(3), below(world.waiting.size() + 1));
                case 3 -> world.advance(random.nextInt(200));
                case 4 -> world.advance(random.nextInt(6_000));
                case 5 -> world.lease = !world.lease;
                case 6, 7 -> {
                    for (int n = below(world.waiting.size() + 1); n > 0; n--) {
                        world.choose();
                    }
                }
                default -> act(users.get(random.nextInt(users.size())));
            }
            world.settle();
            users.forEach(this::hear);
            check();
        }

        int below(int bound) {
            return random.nextInt(bound);
        }

        void join() {
            if (users.size() < 12) {
                Client client = new Client(world, 1_000 + random.nextInt(12_000));
                client.connect();
                users.add(new User(client, "/ls/local/p" + ++joined));
            }
        }

        void act(User user) {
            if (user.over) {
                return;
            }
            if (!user.connected || user.client.goodbye != null) {
                if (random.nextInt(3) == 0) {
                    user.client.connect();
                    user.connected = true;
                    if (user.client.welcome != null) {
                        user.client.resend();
                    }
                }
                return;
            }
            if (user.client.welcome == null) {
                return;
            }
            user.client.resend();
            hear(user);
            int which = random.nextInt(2);
            switch (random.nextInt(12)) {
                case 0 -> {
                    user.client.disconnect();
                    user.connected = false;
                }
                case 1 -> {
                    user.client.connect();
                    if (user.client.welcome != null) {
                        user.client.resend();
                    }
                }
                case 2, 3 -> write(user, which);
                case 4 -> read(user, which);
                case 5 -> appear(user);
                default -> lock(user, which);
            }
        }

        void write(User user, int file) {
            unknown[file]++;
            ask(
                    user,
                    Client.writing(FILES[file], user.presence),
                    answer -> {
                        unknown[file]--;
                        if (answer instanceof Answer.Written written) {
                            long generation = written.stat().contentGeneration();
                            assertThat(writes.get(file).add(generation)).isTrue();
                            known[file] = Math.max(known[file], generation);
                        } else {
                            throw new AssertionError(answer);
                        }
                    });
        }

        void read(User user, int file) {
            long least = known[file];
            ask(
                    user,
                    new Call.GetStat(new NodeRef.ByPath(FILES[file])),
                    answer -> {
                        if (answer instanceof Answer.NodeStat(Stat stat)) {
                            assertThat(stat.contentGeneration()).isGreaterThanOrEqualTo(least);
                            known[file] = Math.max(known[file], stat.contentGeneration());
                        } else {
                            assertThat(least).isZero();
                        }
                    });
        }

        void appear(User user) {
            if (!user.present) {
                ask(
                        user,
                        Client.ephemeral(user.presence),
                        answer -> user.present = answer instanceof Answer.Opened);
            }
        }

        void lock(User user, int which) {
            Bytes handle = user.handles[which];
            boolean busy =
                    user.client.outstanding.values().stream()
                            .anyMatch(call ->
                                    call instanceof Call.Acquire acquire
                                                    && acquire.handle().equals(handle)
                                            || call instanceof Call.Release);
            if (handle == null) {
                ask(
                        user,
                        Client.withLockDelay(LOCKS[which], random.nextInt(2) * 2_000),
                        answer -> {
                            if (user.handles[which] == null) {
                                user.handles[which] = ((Answer.Opened) answer).handle();
                            }
                        });
            } else if (busy) {
                List.copyOf(user.client.outstanding.keySet()).forEach(user.client::cancel);
            } else if (user.held[which] != null) {
                user.held[which] = null;
                ask(
                        user,
                        new Call.Release(handle),
                        answer -> assertThat(answer).isInstanceOf(Answer.Released.class));
            } else {
                LockMode mode = LockMode.values()[random.nextInt(2)];
                boolean blocking = random.nextInt(3) > 0;
                ask(
                        user,
                        new Call.Acquire(handle, mode, blocking, random.nextInt(2) * 3_000),
                        answer -> acquired(user, which, mode, answer));
            }
        }

        void acquired(User user, int which, LockMode mode, Answer answer) {
            if (answer instanceof Answer.Acquired acquired) {
                user.held[which] = mode;
                if (mode == LockMode.EXCLUSIVE) {
                    assertThat(acquired.lockGeneration()).isGreaterThan(lastGeneration[which]);
                }
                lastGeneration[which] = Math.max(lastGeneration[which], acquired.lockGeneration());
            }
        }

        void ask(User user, Call call, java.util.function.Consumer<Answer> then) {
            long id = user.client.start(call);
            user.then.put(id, then);
        }

        /// The client takes in its answers, in the order of its requests.
        void hear(User user) {
            Goodbye goodbye = user.client.goodbye;
            if (goodbye != null && goodbye.reason() == Goodbye.Reason.SESSION_EXPIRED) {
                user.over = true;
            }
            List<Long> answered = new ArrayList<>(user.client.answers.keySet());
            for (long id : answered) {
                Answer answer = user.client.answers.get(id);
                var then = user.then.remove(id);
                if (then != null) {
                    then.accept(answer);
                }
            }
        }

        /// What they believe at this moment must be true at this moment.
        void check() {
            for (int which = 0; which < LOCKS.length; which++) {
                int exclusive = 0;
                int shared = 0;
                for (User user : users) {
                    boolean alive = !user.over && world.now < user.client.leaseUntil;
                    if (alive && user.held[which] != null) {
                        exclusive += user.held[which] == LockMode.EXCLUSIVE ? 1 : 0;
                        shared += user.held[which] == LockMode.SHARED ? 1 : 0;
                    }
                }
                assertThat(exclusive == 0 || exclusive == 1 && shared == 0)
                        .as("%d writers and %d readers hold %s", exclusive, shared, LOCKS[which])
                        .isTrue();
            }
            for (User user : users) {
                if (user.present && !user.over && world.now < user.client.leaseUntil) {
                    NodePath path = new Paths("main", CellSettings.DEFAULT).parse(user.presence);
                    assertThat(world.view().node(path)).as(user.presence).isNotNull();
                }
            }
        }

        /// Everything heals: all that is asked is answered, and when all are gone nothing is left.
        void finish() {
            world.prompt = true;
            world.lease = true;
            world.settle();
            world.elect(1);
            for (User user : users) {
                if (!user.over) {
                    user.client.connect();
                    hear(user);
                }
                if (!user.over) {
                    user.client.resend();
                    hear(user);
                }
            }
            check();
            for (int file = 0; file < FILES.length; file++) {
                NodeRow row = world.view().node(NodePath.of(FILES[file].substring(9)));
                long generation = row == null ? 0 : row.contentGeneration();
                assertThat(generation)
                        .isBetween(
                                (long) writes.get(file).size(),
                                writes.get(file).size() + unknown[file]);
            }
            for (User user : users) {
                user.client.lively = false;
            }
            world.advance(200_000);
            users.forEach(this::hear);
            for (String kind : List.of("s", "q", "x", "e", "d")) {
                assertThat(world.view().rows().range(kind, kind + '\uffff')).as(kind).isEmpty();
            }
            for (User user : users) {
                assertThat(user.over).isTrue();
            }
            for (World.Replica replica : world.replicas) {
                assertThat(replica.database.state().rows())
                        .isEqualTo(world.master().database.state().rows());
                assertThat(replica.database.checksum())
                        .isEqualTo(world.master().database.checksum());
            }
        }
    }
}
