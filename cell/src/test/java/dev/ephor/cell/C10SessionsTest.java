package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// PAPER C10: one session per client, kept by KeepAlives.
class C10SessionsTest {
    private final World world = new World(CellSettings.DEFAULT, 2);

    @Test
    void aSessionHasTheDefaultLeaseOrWhatItWishesWithinBounds() {
        assertThat(world.client().welcome.leaseMillis()).isEqualTo(12_000);
        assertThat(world.client(20_000).welcome.leaseMillis()).isEqualTo(20_000);
        assertThat(world.client(1).welcome.leaseMillis()).isEqualTo(1_000);
        assertThat(world.client(Integer.MAX_VALUE).welcome.leaseMillis()).isEqualTo(60_000);
    }

    @Test
    void aKeepAliveIsHeldUntilHalfOfTheLeaseIsOut() {
        Client client = world.client();
        world.advance(5_999);
        assertThat(client.keepAlives).isEmpty();
        world.advance(1);
        assertThat(client.keepAlives)
                .containsExactly(new ServerMessage.KeepAliveReply(1, 6_000, 12_000));
        world.advance(6_000);
        assertThat(client.keepAlives).hasSize(2);
    }

    @Test
    void aSessionThatIsKeptAliveLivesOn() {
        Client client = world.client();
        world.advance(3_600_000);
        assertThat(client.goodbye).isNull();
        client.write("/ls/local/f", "x");
    }

    /// Counted from the master's last word.
    @Test
    void aSessionThatIsNotKeptAliveEndsWithItsLease() {
        Client client = world.client();
        client.disconnect();
        world.advance(11_999);
        assertThat(world.view().sessionCount()).isEqualTo(1);
        world.advance(1);
        assertThat(world.view().sessionCount()).isZero();
        client.connect();
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
    }

    @Test
    void aClosedSessionLeavesNothing() {
        Client client = world.client();
        Bytes handle = client.open("/ls/local/f");
        client.lock(handle, LockMode.SHARED);
        client.handle(Client.ephemeral("/ls/local/e"));
        client.expect(new Call.CloseSession(), Answer.SessionClosed.class);
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.CLOSED);
        for (String kind : List.of("s", "q", "x", "e", "d")) {
            assertThat(world.view().rows().range(kind, kind + '\uffff')).as(kind).isEmpty();
        }
        client.connect();
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
    }

    @Test
    void aSessionGoesOnOnAnotherStreamWithItsSecret() {
        Client client = world.client();
        long session = client.session;
        client.reconnect();
        assertThat(client.welcome.resumed()).isTrue();
        assertThat(client.session).isEqualTo(session);
        assertThat(client.events).isEmpty();
        client.write("/ls/local/f", "x");
    }

    @Test
    void nobodyGoesOnWithoutTheSecret() {
        Client client = world.client();
        Client thief = new Client(world, 0);
        thief.session = client.session;
        for (Bytes secret : List.of(Bytes.EMPTY, Bytes.wrap(new byte[16]))) {
            thief.connect(secret);
            assertThat(thief.goodbye.reason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
        }
        assertThat(client.goodbye).isNull();
        client.write("/ls/local/f", "x");
    }

    @Test
    void theNewStreamSupersedesTheOld() {
        Client client = world.client();
        StreamId old = client.stream;
        client.connect();
        assertThat(client.earlierGoodbye.reason()).isEqualTo(Goodbye.Reason.SUPERSEDED);
        client.say(new ClientMessage.Ping(1));
        assertThat(client.pongs).isEqualTo(1);
        world.deliver(world.master(), old, new ClientMessage.Ping(2));
        assertThat(client.pongs).isEqualTo(1);
        assertThat(client.goodbye).isNull();
    }

    @Test
    void whatNoCorrectClientSendsEndsTheStreamAndNotTheSession() {
        List<ClientMessage> wrong =
                List.of(
                        new ClientMessage.Hello(1, 0, Bytes.EMPTY, "", 0, 0),
                        new ClientMessage.Request(0, 1, new Call.CloseSession()),
                        new ClientMessage.KeepAlive(0));
        for (ClientMessage message : wrong) {
            Client client = world.client();
            client.say(message);
            assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
            client.connect();
            assertThat(client.welcome.resumed()).isTrue();
        }
    }

    @Test
    void theFirstWordIsHello() {
        Client client = world.client();
        StreamId stream = world.open(client);
        client.stream = stream;
        world.deliver(world.master(), stream, new ClientMessage.Ping(1));
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
    }

    @Test
    void anUnknownVersionIsToldWhichIsKnown() {
        Client client = new Client(world, 0);
        StreamId stream = world.open(client);
        client.stream = stream;
        world.deliver(world.master(), stream, new ClientMessage.Hello(7, 0, Bytes.EMPTY, "", 0, 0));
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
        assertThat(client.goodbye.detail()).contains("version 1").contains("version 7");
    }

    /// Without its lease a master neither ends a session nor promises it anything.
    @Test
    void aSessionDiesOnlyByTheWordOfAMasterWithALease() {
        Client client = world.client();
        client.disconnect();
        world.lease = false;
        world.advance(60_000);
        assertThat(world.view().sessionCount()).isEqualTo(1);
        world.lease = true;
        world.advance(100);
        assertThat(world.view().sessionCount()).isZero();
    }

    @Test
    void aKeepAliveWaitsForTheMastersLeaseAndKeepsTheSessionAlive() {
        Client client = world.client();
        world.lease = false;
        world.advance(60_000);
        assertThat(client.keepAlives).isEmpty();
        world.lease = true;
        world.advance(100);
        assertThat(client.keepAlives).hasSize(1);
        assertThat(client.keepAlives.getFirst().heldMillis()).isBetween(60_000, 60_100);
        world.advance(8_000);
        assertThat(client.goodbye).isNull();
    }

    /// The lease may be lost while the process stands still, so nothing counts from after that.
    @Test
    void aPromiseCountsFromWhenTheLeaseWasValid() {
        Client client = world.client();
        world.advance(5_999);
        world.pause = 5_000 * World.MILLI;
        world.advance(1);
        assertThat(client.keepAlives)
                .containsExactly(new ServerMessage.KeepAliveReply(1, 6_000, 12_000));
    }

    @Test
    void aWelcomeWaitsForTheMastersLease() {
        world.lease = false;
        Client client = world.client();
        assertThat(client.welcome).isNull();
        world.lease = true;
        world.advance(20);
        assertThat(client.welcome).isNotNull();
    }

    /// Leases grow with the number of sessions, and no longer one is promised before every later
    /// master will know of it.
    @Test
    void leasesGrowUnderLoad() {
        CellSettings few =
                new CellSettings(
                        1_000, 100, 10, 10, 12_000, 1_000, 60_000, 2, 60_000, 100, 10, 100, 10_000,
                        10, 20, 20, 20);
        World busy = new World(few, 2);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(busy.client());
        }
        busy.advance(20_000);
        Client one = clients.getFirst();
        assertThat(one.keepAlives.getLast().leaseMillis()).isEqualTo(36_000);
        one.disconnect();
        busy.elect(2);
        clients.stream().skip(1).forEach(Client::connect);
        busy.advance(35_999);
        assertThat(busy.view().sessionCount()).isEqualTo(6);
        busy.advance(1);
        assertThat(busy.view().sessionCount()).isEqualTo(5);
        for (int i = 0; i < 40; i++) {
            clients.add(busy.client());
        }
        busy.advance(60_000);
        assertThat(clients.getLast().keepAlives.getLast().leaseMillis()).isEqualTo(60_000);
    }

    @Test
    void aSessionWithMuchToItsNameEndsInSteps() {
        Client client = world.client();
        for (int i = 0; i < 450; i++) {
            Bytes handle = client.handle(Client.ephemeral("/ls/local/e" + i));
            client.lock(handle, LockMode.EXCLUSIVE);
        }
        Client other = world.client();
        client.disconnect();
        world.prompt = false;
        world.advance(12_000);
        assertThat(world.waiting).hasSize(1);
        world.choose();
        // The first step is done; whoever is master now goes on.
        assertThat(world.view().sessions().getFirst().phase()).isEqualTo(SessionRow.Phase.DIED);
        world.elect(2);
        world.prompt = true;
        client.connect();
        world.advance(1);
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
        world.advance(1_000);
        assertThat(world.view().rows().range("x", "y")).isEmpty();
        assertThat(world.view().sessionCount()).isEqualTo(1);
        assertThat(world.view().nodeCount()).isEqualTo(1);
        other.connect();
        assertThat(other.goodbye).isNull();
    }
}
