package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// PAPER C12: what a new master makes of what it finds.
class C12FailOverTest {
    private final World world = new World(CellSettings.DEFAULT, 3);
    private final Client a = world.client();

    @Test
    void aReplicaThatIsNotMasterSendsEverybodyAway() {
        StreamId stream = world.open(a);
        a.stream = stream;
        world.deliver(
                world.replicas.get(1),
                stream,
                new ClientMessage.Hello(1, 0, Bytes.EMPTY, "", 0, 0));
        assertThat(a.goodbye.reason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
    }

    @Test
    void aMasterThatIsDeposedSendsEverybodyAway() {
        Client b = world.client();
        world.elect(2);
        assertThat(a.goodbye.reason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
        assertThat(b.goodbye.reason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
        world.replicas.getFirst().cell.tick();
        world.replicas.getFirst().cell.closed(a.stream);
    }

    @Test
    void sessionsFilesAndLocksSurvive() {
        Bytes handle = a.open("/ls/local/f");
        a.write("/ls/local/f", "kept");
        a.lock(handle, LockMode.EXCLUSIVE);
        a.handle(Client.ephemeral("/ls/local/e"));
        for (int master : new int[] {2, 3, 1, 1}) {
            world.elect(master);
            a.connect();
            assertThat(a.welcome.resumed()).isTrue();
            assertThat(a.welcome.epoch()).isEqualTo(world.epoch());
            assertThat(a.read("/ls/local/f")).isEqualTo("kept");
            assertThat(a.exists("/ls/local/e")).isTrue();
            a.expect(new Call.GetSequencer(handle), Answer.Sequencer.class);
        }
    }

    @Test
    void everyLeaseIsExtendedToItsMaximum() {
        a.disconnect();
        world.advance(11_000);
        world.elect(2);
        world.advance(11_999);
        assertThat(world.view().sessionCount()).isEqualTo(1);
        world.advance(1);
        assertThat(world.view().sessionCount()).isZero();
    }

    @Test
    void whoComesBackIsToldOfTheFailOverOnce() {
        world.elect(2);
        a.connect();
        assertThat(a.eventTypes()).containsExactly(EventType.MASTER_FAILED_OVER);
        a.say(new ClientMessage.EventAck(1));
        a.reconnect();
        assertThat(a.eventTypes()).hasSize(1);
        assertThat(world.client().events).isEmpty();
    }

    /// The master's changes were lost one after the other from some point on; those that were
    /// chosen took effect, and the client finds out by asking again.
    @Test
    void everyPrefixOfWhatAMasterProposedIsAGoodStart() {
        for (int survivors = 0; survivors <= 6; survivors++) {
            World other = new World(CellSettings.DEFAULT, 2);
            Client client = other.client();
            Bytes handle = client.open("/ls/local/f");
            other.prompt = false;
            for (int i = 0; i < 3; i++) {
                client.start(
                        new Call.Write(
                                new NodeRef.ByHandle(handle),
                                Bytes.utf8("" + i),
                                OptionalLong.of(i + 1),
                                "",
                                false,
                                false));
            }
            client.start(Client.locking(handle, LockMode.EXCLUSIVE));
            client.start(Client.ephemeral("/ls/local/e"));
            client.start(new Call.Release(handle));
            assertThat(other.waiting).hasSize(6);
            other.elect(2, survivors);
            other.prompt = true;
            other.settle();
            client.connect();
            client.resend();
            assertThat(client.outstanding).isEmpty();
            assertThat(client.answers.values())
                    .as("after %d survivors", survivors)
                    .noneMatch(Answer.Failed.class::isInstance);
            assertThat(client.stat("/ls/local/f").contentGeneration()).isEqualTo(4);
            assertThat(client.exists("/ls/local/e")).isTrue();
        }
    }

    @Test
    void aChangeThatHadNoEffectEndsTheReign() {
        world.prompt = false;
        long write = a.start(Client.writing("/ls/local/f", "x"));
        world.waiting.remove().result().completeExceptionally(new IllegalStateException("gone"));
        assertThat(a.answers).doesNotContainKey(write);
        assertThat(a.goodbye.reason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
        assertThat(world.reports.getLast()).startsWith("step down").contains("gone");
        a.stream = world.open(a);
        a.say(new ClientMessage.Ping(1));
        assertThat(a.goodbye.reason()).isEqualTo(Goodbye.Reason.NOT_MASTER);
    }

    @Test
    void theFoundationIsLaidOnce() {
        long root = a.stat("/ls/local").instanceNumber();
        world.elect(2);
        a.connect();
        assertThat(a.stat("/ls/local").instanceNumber()).isEqualTo(root);
    }

    /// A master that died before its first change was chosen leaves nothing behind.
    @Test
    void theFoundationIsLaidAgainIfItWasLost() {
        World other = new World(CellSettings.DEFAULT, 2, false);
        assertThat(other.waiting).hasSize(1);
        other.elect(2, 0);
        other.prompt = true;
        other.settle();
        Client client = other.client();
        client.write("/ls/local/f", "x");
        assertThat(other.view().nodeCount()).isEqualTo(2);
    }
}
