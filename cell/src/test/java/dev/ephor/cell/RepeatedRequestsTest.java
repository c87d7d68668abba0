package dev.ephor.cell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.paxos.Bytes;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// A request that comes again takes effect once, and gets the same answer.
class RepeatedRequestsTest {
    private final World world = new World(CellSettings.DEFAULT, 2);
    private final Client client = world.client();

    /// Does the call, loses the answer, and does it again under the next master.
    private Answer twice(Call call) {
        world.prompt = false;
        long id = client.start(call);
        world.elect(world.master().number == 1 ? 2 : 1);
        world.prompt = true;
        client.connect();
        assertThat(client.answers).doesNotContainKey(id);
        client.resend();
        return client.answers.get(id);
    }

    @Test
    void aWrite() {
        client.write("/ls/local/f", "1");
        Call.Write second =
                new Call.Write(
                        new NodeRef.ByPath("/ls/local/f"),
                        Bytes.utf8("2"),
                        OptionalLong.of(1),
                        "",
                        false,
                        false);
        Answer.Written written = (Answer.Written) twice(second);
        assertThat(written.stat()).isEqualTo(client.stat("/ls/local/f"));
        assertThat(written.stat().contentGeneration()).isEqualTo(2);
    }

    @Test
    void aWriteThatMakesTheFile() {
        Answer.Written written = (Answer.Written) twice(Client.writing("/ls/local/f", "1"));
        assertThat(written.created()).isTrue();
        assertThat(written.stat().contentGeneration()).isEqualTo(1);
    }

    @Test
    void aDelete() {
        client.write("/ls/local/f", "1");
        assertThat(twice(Client.deleting("/ls/local/f"))).isEqualTo(new Answer.Deleted());
    }

    @Test
    void anOpenThatMustMakeTheFile() {
        Call.Open open =
                new Call.Open(
                        "/ls/local/f",
                        true,
                        EventTypes.of(EventType.CONTENT_CHANGED),
                        0,
                        Call.Create.ALWAYS,
                        NodeKind.FILE,
                        true,
                        Bytes.utf8("x"),
                        false);
        Answer.Opened opened = (Answer.Opened) twice(open);
        assertThat(opened.created()).isTrue();
        client.events.clear();
        client.write("/ls/local/f", "y");
        assertThat(client.eventTypes()).containsExactly(EventType.CONTENT_CHANGED);
        client.expect(new Call.Close(opened.handle()), Answer.Closed.class);
        assertThat(client.exists("/ls/local/f")).isFalse();
    }

    @Test
    void anOpenThatChangesNothing() {
        client.write("/ls/local/f", "1");
        world.prompt = false;
        client.start(Client.writing("/ls/local/f", "2"));
        long open = client.start(Client.watching("/ls/local/f", EventType.CONTENT_CHANGED));
        client.reconnect();
        assertThat(client.answers).doesNotContainKey(open);
        world.chooseAll();
        world.prompt = true;
        assertThat(client.answers.get(open)).isInstanceOf(Answer.Opened.class);
        client.events.clear();
        client.write("/ls/local/f", "3");
        assertThat(client.events).hasSize(1);
    }

    @Test
    void aReleaseACloseAndTheEndOfTheSession() {
        Bytes handle = client.open("/ls/local/f");
        client.lock(handle, LockMode.EXCLUSIVE);
        assertThat(twice(new Call.Release(handle))).isEqualTo(new Answer.Released());
        assertThat(client.refusal(new Call.Release(handle))).isEqualTo(ErrorCode.NOT_HELD);
        client.lock(handle, LockMode.EXCLUSIVE);
        assertThat(twice(new Call.Close(handle))).isEqualTo(new Answer.Closed());
        assertThat(twice(new Call.CloseSession())).isNull();
        assertThat(client.goodbye.reason()).isEqualTo(Goodbye.Reason.SESSION_EXPIRED);
    }

    @Test
    void onAnotherStreamOfTheSameMasterToo() {
        world.prompt = false;
        long id = client.start(Client.writing("/ls/local/f", "1"));
        client.reconnect();
        assertThat(world.waiting).hasSize(1);
        world.chooseAll();
        assertThat(((Answer.Written) client.answers.get(id)).stat().contentGeneration())
                .isEqualTo(1);
        // And after it was answered into the void.
        long second = client.start(Client.writing("/ls/local/f", "2"));
        client.disconnect();
        world.chooseAll();
        client.connect();
        client.resend();
        world.chooseAll();
        assertThat(((Answer.Written) client.answers.get(second)).stat().contentGeneration())
                .isEqualTo(2);
    }

    @Test
    void outcomesAreForgottenWhenTheClientHasThem() {
        for (int i = 0; i < 20; i++) {
            client.write("/ls/local/f", "" + i);
        }
        assertThat(world.view().rows().range("q", "r")).hasSize(1);
    }

    @Test
    void anAcquireThatWaitsHoldsBackNoForgetting() {
        Bytes mine = client.open("/ls/local/l");
        Client other = world.client();
        other.lock(other.open("/ls/local/l"), LockMode.EXCLUSIVE);
        long waits = client.start(Client.locking(mine, LockMode.EXCLUSIVE));
        for (int i = 0; i < 20; i++) {
            client.write("/ls/local/f", "" + i);
        }
        String outcomes = Keys.outcomes(client.session);
        assertThat(world.view().rows().range(outcomes, Keys.end(outcomes))).hasSize(1);
        client.reconnect();
        assertThat(client.answers).doesNotContainKey(waits);
        other.expect(new Call.CloseSession(), Answer.SessionClosed.class);
        assertThat(client.answers.get(waits)).isInstanceOf(Answer.Acquired.class);
    }

    @Test
    void aRequestWhoseAnswerTheClientHadIsTooOld() {
        client.write("/ls/local/f", "1");
        client.write("/ls/local/f", "2");
        client.write("/ls/local/f", "3");
        client.answers.clear();
        client.say(new ClientMessage.Request(1, 3, Client.writing("/ls/local/f", "4")));
        assertThat(client.answers.get(1L))
                .isInstanceOfSatisfying(
                        Answer.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.OUTCOME_FORGOTTEN));
        assertThat(client.read("/ls/local/f")).isEqualTo("3");
    }

    /// A refusal changes nothing, so it need not be the same the second time.
    @Test
    void aRefusedRequestMaySucceedWhenItComesAgain() {
        world.prompt = false;
        client.start(Client.writing("/ls/local/f", "1"));
        long refused = client.start(Client.watching("/ls/local/g"));
        world.elect(2);
        world.prompt = true;
        Client other = world.client();
        other.write("/ls/local/g", "here now");
        client.connect();
        client.resend();
        assertThat(client.answers.get(refused)).isInstanceOf(Answer.Opened.class);
    }
}
