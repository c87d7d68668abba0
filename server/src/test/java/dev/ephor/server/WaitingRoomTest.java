package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import dev.ephor.cell.ClientMessage;
import dev.ephor.cell.StreamId;
import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {
    private static final long MILLI = 1_000_000;
    private static final ClientMessage HELLO =
            new ClientMessage.Hello(ClientMessage.Hello.PROTOCOL_VERSION, 0, Bytes.EMPTY, "", 0, 0);

    private final StillTime time = new StillTime();
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
        public boolean isRemoved() {
            return false;
        }

        @Override
        public List<String> clientAddresses() {
            return List.of();
        }
    }
}
