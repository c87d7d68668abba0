package dev.ephor.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.Membership;
import dev.ephor.paxos.ReplicaId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three replicas in this process, on real files, threads and sockets.
class RealCellTest {
    private static final Membership MEMBERS =
            Membership.of(ReplicaId.of(1), ReplicaId.of(2), ReplicaId.of(3));

    @TempDir Path directory;

    private final Map<Integer, Running> running = new TreeMap<>();
    private final Map<Integer, Address> addresses = new TreeMap<>();
    private final ConcurrentLinkedQueue<String> fatal = new ConcurrentLinkedQueue<>();

    private record Running(
            RealDisk disk,
            RealEnvironment environment,
            ListApplication application,
            ReplicatedLog<Integer> log) {
        void close() throws IOException {
            log.close();
            environment.close();
            disk.close();
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Running replica : running.values()) {
            replica.close();
        }
        assertThat(fatal).isEmpty();
    }

    @Test
    void agreesAndSurvivesTheCoordinator() throws Exception {
        for (int number = 1; number <= 3; number++) {
            start(number, true);
        }
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            acknowledged.add(submit("a" + i));
        }

        int master = master();
        running.remove(master).close();
        for (int i = 0; i < 50; i++) {
            acknowledged.add(submit("b" + i));
        }

        start(master, false);
        int last = running.get(master()).application.size();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> running.get(master).application.size() >= last);
        List<String> everywhere = commandsOf(master());
        assertThat(everywhere).containsSubsequence(acknowledged);
        for (int number : running.keySet()) {
            assertThat(commandsOf(number)).isEqualTo(everywhere);
        }
    }

    private void start(int number, boolean bootstrap) throws IOException {
        RealDisk disk = RealDisk.open(directory.resolve("replica" + number));
        if (bootstrap) {
            Identity.bootstrap(
                    disk, "test", ReplicaId.of(number), MEMBERS, RandomGenerator.getDefault());
        }
        Seat seat = Seat.of("test", number);
        Address listen = addresses.getOrDefault(number, new Address("127.0.0.1", 0));
        RealEnvironment environment =
                RealEnvironment.start(
                        disk,
                        seat,
                        listen,
                        addresses,
                        new TestLog.Told(),
                        (message, cause) -> fatal.add(number + ": " + message));
        addresses.put(number, environment.listening());
        running.values()
                .forEach(other -> other.environment.peerAt(number, environment.listening()));
        ListApplication application = new ListApplication();
        ReplicatedLog<Integer> log =
                ReplicatedLog.open(seat, LogSettings.DEFAULT, environment, application);
        running.put(number, new Running(disk, environment, application, log));
    }

    private int master() {
        Integer now = masterNow();
        if (now != null) {
            return now;
        }
        return await().atMost(Duration.ofSeconds(20))
                .until(this::masterNow, found -> found != null);
    }

    private @Nullable Integer masterNow() {
        for (var replica : running.entrySet()) {
            Mastership mastership = replica.getValue().application.mastership();
            if (mastership != null && mastership.leaseValid()) {
                return replica.getKey();
            }
        }
        return null;
    }

    /// Submits until it is acknowledged: one that was refused was not done.
    private String submit(String command) throws Exception {
        while (true) {
            CompletableFuture<Integer> future =
                    running.get(master()).log.submit(Bytes.utf8(command));
            try {
                future.get(20, TimeUnit.SECONDS);
                return command;
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(LogException.class);
            }
        }
    }

    private List<String> commandsOf(int number) throws Exception {
        Running replica = running.get(number);
        CompletableFuture<List<String>> commands = new CompletableFuture<>();
        replica.environment
                .loop()
                .execute(() -> commands.complete(List.copyOf(replica.application.commands())));
        return commands.get(10, TimeUnit.SECONDS);
    }
}
