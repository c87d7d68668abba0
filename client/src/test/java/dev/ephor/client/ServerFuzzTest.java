package dev.ephor.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ephor.api.AcquireReply;
import dev.ephor.api.CheckSequencerReply;
import dev.ephor.api.DeleteReply;
import dev.ephor.api.Error;
import dev.ephor.api.EventType;
import dev.ephor.api.Goodbye;
import dev.ephor.api.KeepAliveReply;
import dev.ephor.api.Limits;
import dev.ephor.api.ListReply;
import dev.ephor.api.NodeKind;
import dev.ephor.api.OpenReply;
import dev.ephor.api.Pong;
import dev.ephor.api.ReadReply;
import dev.ephor.api.Replies;
import dev.ephor.api.Reply;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.StatReply;
import dev.ephor.api.Welcome;
import dev.ephor.api.WriteReply;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever a replica says, the program that uses the client gets an end to each of its calls, and
/// when it closes its session nothing is left of it.
class ServerFuzzTest {
    private static final dev.ephor.api.Stat STAT =
            dev.ephor.api.Stat.newBuilder()
                    .setKind(NodeKind.FILE)
                    .setInstanceNumber(3)
                    .setContentGeneration(2)
                    .setContentLength(1)
                    .build();
    private static final ByteString HANDLE = ByteString.copyFromUtf8("handle");

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatReplicasSay() throws IOException {
        Seeds seeds = Seeds.of(ServerFuzzTest.class);
        List<ServerMessage> everything = conversation();
        for (int i = 0; i < everything.size(); i++) {
            seeds.add(
                    "conversation",
                    String.format("%02d", i),
                    bytes(everything.get(0), everything.get(i)));
        }
        seeds.add("conversation", "whole", bytes(everything.toArray(ServerMessage[]::new)));
        seeds.check();
    }

    /// One of every kind; the replies are to the calls of [#use], in their order.
    private static List<ServerMessage> conversation() {
        List<ServerMessage> said = new ArrayList<>();
        said.add(
                ServerMessage.newBuilder()
                        .setWelcome(
                                Welcome.newBuilder()
                                        .setSessionId(77)
                                        .setSessionSecret(ByteString.copyFromUtf8("secret"))
                                        .setLeaseMs(12_000)
                                        .setEpoch(5)
                                        .setCell("fake")
                                        .setLimits(
                                                Limits.newBuilder()
                                                        .setRequests(100)
                                                        .setFileBytes(1_000)
                                                        .setPathBytes(100)
                                                        .setPathLevels(8))
                                        .addReplicas("a:1"))
                        .build());
        List<Reply> replies = replies();
        replies.forEach(reply -> said.add(ServerMessage.newBuilder().setReply(reply).build()));
        said.add(
                ServerMessage.newBuilder()
                        .setReplies(Replies.newBuilder().addAllReplies(replies))
                        .build());
        said.add(
                ServerMessage.newBuilder()
                        .setReply(
                                Reply.newBuilder()
                                        .setId(1)
                                        .setError(
                                                Error.newBuilder()
                                                        .setCode(Error.Code.NOT_FOUND)
                                                        .setDetail("there is none")))
                        .build());
        for (EventType type : List.of(EventType.LOCK_ACQUIRED, EventType.HANDLE_INVALID_EVENT)) {
            said.add(
                    ServerMessage.newBuilder()
                            .setEvent(
                                    dev.ephor.api.Event.newBuilder()
                                            .setSequence(type.getNumber())
                                            .setType(type)
                                            .setHandle(HANDLE)
                                            .setPath("/ls/local/a"))
                            .build());
        }
        said.add(
                ServerMessage.newBuilder()
                        .setKeepAliveReply(
                                KeepAliveReply.newBuilder()
                                        .setSequence(1)
                                        .setHeldMs(8_000)
                                        .setLeaseMs(12_000))
                        .build());
        said.add(ServerMessage.newBuilder().setPong(Pong.newBuilder().setSequence(1)).build());
        said.add(
                ServerMessage.newBuilder()
                        .setGoodbye(
                                Goodbye.newBuilder()
                                        .setReason(Goodbye.Reason.NOT_MASTER)
                                        .setDetail("not me")
                                        .setMasterAddress("b:1"))
                        .build());
        return said;
    }

    private static List<Reply> replies() {
        List<Reply.Builder> bodies =
                List.of(
                        Reply.newBuilder().setWrite(WriteReply.newBuilder().setStat(STAT)),
                        Reply.newBuilder()
                                .setRead(ReadReply.newBuilder().setContents(HANDLE).setStat(STAT)),
                        Reply.newBuilder().setStat(StatReply.newBuilder().setStat(STAT)),
                        Reply.newBuilder()
                                .setList(
                                        ListReply.newBuilder()
                                                .addChildren(
                                                        ListReply.Child.newBuilder()
                                                                .setName("b")
                                                                .setStat(STAT))
                                                .setMore(true)),
                        Reply.newBuilder().setDelete(DeleteReply.getDefaultInstance()),
                        Reply.newBuilder()
                                .setCheckSequencer(CheckSequencerReply.newBuilder().setValid(true)),
                        Reply.newBuilder()
                                .setOpen(OpenReply.newBuilder().setHandle(HANDLE).setStat(STAT)),
                        // The rest of the listing.
                        Reply.newBuilder().setList(ListReply.getDefaultInstance()),
                        // The handle is presented.
                        Reply.newBuilder().setStat(StatReply.newBuilder().setStat(STAT)),
                        Reply.newBuilder()
                                .setAcquire(
                                        AcquireReply.newBuilder()
                                                .setSequencer("1:exclusive:1:3:/ls/local/a")
                                                .setLockGeneration(1)));
        List<Reply> replies = new ArrayList<>();
        bodies.forEach(body -> replies.add(body.setId(replies.size() + 1).build()));
        return replies;
    }

    /// Replicas say what the input says, to a program that does a bit of everything.
    @FuzzTest
    void conversation(byte[] input) throws IOException {
        VirtualWorld world = new VirtualWorld();
        List<ServerMessage> messages = messages(input);
        if (messages.isEmpty()) {
            return;
        }
        world.cell.script.addAll(messages);
        List<CompletableFuture<?>> calls = new ArrayList<>();
        CompletableFuture<Ephor> connecting =
                Ephor.builder().environment(world).connectAsync("a:1", "b:1", "c:1");
        connecting.thenAccept(ephor -> use(ephor, calls));
        world.pass(Duration.ofSeconds(20).plusMillis(messages.size()));

        assertThat(connecting).isDone();
        if (!connecting.isCompletedExceptionally()) {
            CompletableFuture<Void> closing = connecting.join().closeAsync();
            world.pass(Duration.ofSeconds(5));
            assertThat(closing).isDone();
        }
        assertThat(calls).allMatch(CompletableFuture::isDone);
        assertThat(world.released).isTrue();
    }

    private static void use(Ephor ephor, List<CompletableFuture<?>> calls) {
        calls.add(ephor.putAsync("/ls/local/a", new byte[] {1}));
        calls.add(ephor.getAsync("/ls/local/a"));
        calls.add(ephor.statAsync("/ls/local/a"));
        calls.add(ephor.listAsync("/ls/local"));
        calls.add(ephor.deleteAsync("/ls/local/b", WriteOptions.DEFAULT));
        calls.add(ephor.checkSequencerAsync("1:exclusive:1:3:/ls/local/a"));
        calls.add(
                ephor.watchAsync("/ls/local/a", event -> {}, Event.Type.values())
                        .thenCompose(handle -> handle.lockAsync(LockMode.EXCLUSIVE)));
    }

    private static byte[] bytes(ServerMessage... messages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ServerMessage message : messages) {
            message.writeDelimitedTo(out);
        }
        return out.toByteArray();
    }

    /// As many as can be read: gRPC ends the stream at what is no message.
    private static List<ServerMessage> messages(byte[] input) throws IOException {
        List<ServerMessage> messages = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        try {
            for (ServerMessage message = ServerMessage.parseDelimitedFrom(in);
                    message != null;
                    message = ServerMessage.parseDelimitedFrom(in)) {
                messages.add(message);
            }
        } catch (InvalidProtocolBufferException refused) {
            // What follows never reaches the client.
        }
        return messages;
    }
}
