package dev.ephor.client;

import static dev.ephor.client.SessionTest.assertFails;
import static dev.ephor.client.SessionTest.put;

import dev.ephor.api.Reply;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.StatReply;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Answers that do not belong to what was asked.
class WrongAnswerTest {
    private final VirtualWorld world = new VirtualWorld();
    private final FakeCell cell = world.cell;

    @Test
    void anAnswerToAnotherQuestionIsNone() {
        Ephor ephor = world.connect();
        cell.mute = true;
        CompletableFuture<Stat> write = put(ephor, "x");
        CompletableFuture<Contents> read = ephor.getAsync("/ls/local/x");
        world.passMillis(10);

        cell.current().send(ServerMessage.newBuilder().setReply(Reply.newBuilder().setId(1)));
        cell.current()
                .send(
                        ServerMessage.newBuilder()
                                .setReply(
                                        Reply.newBuilder()
                                                .setId(2)
                                                .setStat(StatReply.getDefaultInstance())));
        world.passMillis(10);

        assertFails(write, EphorException.OutcomeUnknown.class);
        assertFails(read, EphorException.Unreachable.class);
    }
}
