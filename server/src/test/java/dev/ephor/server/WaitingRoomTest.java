package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import dev.ephor.cell.ClientMessage;
import dev.ephor.cell.StreamId;
import dev.ephor.log.Disk;
import dev.ephor.log.Environment;
import dev.ephor.log.Network;
import dev.ephor.log.Reporter;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
    private static final long MILLI = 1_000_000;
    private static final ClientMessage HELLO =
            new ClientMessage.Hello(ClientMessage.Hello.PROTOCOL_VERSION, 0, Bytes.EMPTY, "", 0, 0);

    private final Time time = new Time();
    private final List<String> left = new ArrayList<>();
    private boolean undecided = true;
    private final WaitingRoom room =
            new WaitingRoom(
                    time,
                    () -> undecided,
                    (stream, messages) -> left.add(stream.id().number() + ":" + messages.size()));
    private final FrontDoor door = new FrontDoor(time, new Nowhere());

    @Test
    void whereTheMasterIsKnownNobodyWaits() {
        undecided = false;
        assertThat(room.keeps(stream(1), List.of(HELLO))).isFalse();
    }

    @Test
    void onlyWhoComesWaits() {
        assertThat(room.keeps(stream(1), List.of(new ClientMessage.Ping(1)))).isFalse();
    }

    @Test
    void allLeaveWhenItIsDecided() {
        ClientStream first = stream(1);
        assertThat(room.keeps(first, List.of(HELLO))).isTrue();
        assertThat(room.keeps(stream(2), List.of(HELLO))).isTrue();
        assertThat(room.keeps(first, List.of(new ClientMessage.Ping(1)))).isTrue();
        time.pass(100 * MILLI);
        assertThat(left).isEmpty();

        undecided = false;
        time.pass(10 * MILLI);
        assertThat(left).containsExactly("1:2", "2:1");
        assertThat(time.tasks).isEmpty();
    }

    @Test
    void nobodyWaitsForLongerThanAClientHasPatience() {
        room.keeps(stream(1), List.of(HELLO));
        time.pass(290 * MILLI);
        room.keeps(stream(2), List.of(HELLO));
        assertThat(left).isEmpty();
        time.pass(20 * MILLI);
        assertThat(left).containsExactly("1:1");
    }

    @Test
    void whoIsGoneDoesNotLeave() {
        ClientStream stream = stream(1);
        room.keeps(stream, List.of(HELLO));
        room.forget(stream);
        time.pass(1_000 * MILLI);
        assertThat(left).isEmpty();
        assertThat(time.tasks).isEmpty();
    }

    private ClientStream stream(long number) {
        return new ClientStream(door, new StreamId(number), new Deaf());
    }

    private static final class Deaf implements FrontDoor.Line {
        @Override
        public void send(ServerMessage message) {}

        @Override
        public void end(Goodbye goodbye) {}
    }

    private static final class Nowhere implements FrontDoor.Directory {
        @Override
        public String masterAddress() {
            return "";
        }

        @Override
        public List<String> clientAddresses() {
            return List.of();
        }
    }

    /// A clock that the test moves, and timers; there is nothing else in this world.
    private static final class Time implements Environment {
        final TreeMap<Long, List<Runnable>> tasks = new TreeMap<>();
        private long now;

        void pass(long nanos) {
            long until = now + nanos;
            while (!tasks.isEmpty() && tasks.firstKey() <= until) {
                now = tasks.firstKey();
                tasks.pollFirstEntry().getValue().forEach(Runnable::run);
            }
            now = until;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Timer schedule(long delayNanos, Runnable task) {
            tasks.computeIfAbsent(now + delayNanos, time -> new ArrayList<>()).add(task);
            return () -> tasks.values().forEach(due -> due.remove(task));
        }

        @Override
        public RandomGenerator random() {
            throw new AssertionError("no chance here");
        }

        @Override
        public Executor loop() {
            return Runnable::run;
        }

        @Override
        public Executor diskExecutor() {
            throw new AssertionError("no disk here");
        }

        @Override
        public Executor background() {
            throw new AssertionError("no threads here");
        }

        @Override
        public Executor errands() {
            throw new AssertionError("no threads here");
        }

        @Override
        public Disk disk() {
            throw new AssertionError("no disk here");
        }

        @Override
        public Network network() {
            throw new AssertionError("no network here");
        }

        @Override
        public Reporter reporter() {
            throw new AssertionError("nobody listens here");
        }

        @Override
        public void fatal(String message, Throwable cause) {
            throw new AssertionError(message, cause);
        }
    }
}
