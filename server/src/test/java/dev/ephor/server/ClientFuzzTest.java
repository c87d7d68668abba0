package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ephor.api.AcquireRequest;
import dev.ephor.api.CheckSequencerRequest;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.CloseRequest;
import dev.ephor.api.CloseSessionRequest;
import dev.ephor.api.DeleteRequest;
import dev.ephor.api.EventAck;
import dev.ephor.api.EventType;
import dev.ephor.api.GetSequencerRequest;
import dev.ephor.api.Hello;
import dev.ephor.api.KeepAlive;
import dev.ephor.api.ListRequest;
import dev.ephor.api.LockMode;
import dev.ephor.api.NodeRef;
import dev.ephor.api.OpenRequest;
import dev.ephor.api.Ping;
import dev.ephor.api.ReadRequest;
import dev.ephor.api.ReleaseRequest;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.Requests;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.SetSequencerRequest;
import dev.ephor.api.StatRequest;
import dev.ephor.api.WriteRequest;
import dev.ephor.cell.CellSettings;
import dev.ephor.fuzzing.FreshInputs;
import dev.ephor.fuzzing.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Whatever a client says, it is answered or sent away, and when it is gone nothing of it is left:
/// no client can hurt the master or another client.
class ClientFuzzTest {
    private static final long LONG = 3_600_000_000_000L;

    @TestFactory
    Stream<DynamicTest> freshInputs() {
        return FreshInputs.of(this);
    }

    @Test
    void seedsAreWhatClientsSay() throws IOException {
        Seeds seeds = Seeds.of(ClientFuzzTest.class);
        List<ClientMessage> everything = conversation();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 0; i < everything.size(); i++) {
            ClientMessage message = everything.get(i);
            message.writeDelimitedTo(whole);
            ByteArrayOutputStream afterHello = new ByteArrayOutputStream();
            everything.getFirst().writeDelimitedTo(afterHello);
            message.writeDelimitedTo(afterHello);
            seeds.add("conversation", String.format("%02d", i), afterHello.toByteArray());
        }
        seeds.add("conversation", "whole", whole.toByteArray());
        seeds.check();
    }

    /// One of every kind, with the handles that a lone master really gives.
    private static List<ClientMessage> conversation() {
        List<ClientMessage> said = new ArrayList<>();
        LoneMaster master = new LoneMaster(CellSettings.DEFAULT);
        LoneMaster.Told told = new LoneMaster.Told();
        ClientStream stream = master.open(told);
        say(master, stream, said, hello());
        ClientMessage open =
                request(
                        1,
                        Request.newBuilder()
                                .setOpen(
                                        OpenRequest.newBuilder()
                                                .setPath("/ls/local/a/b")
                                                .setWrite(true)
                                                .setLockDelayMs(1_000)
                                                .addEvents(EventType.CONTENT_CHANGED)
                                                .addEvents(EventType.CONFLICTING_LOCK_REQUEST)
                                                .setCreate(OpenRequest.Create.IF_ABSENT)
                                                .setParents(true)));
        say(master, stream, said, open);
        ByteString handle = replies(told.messages).getLast().getOpen().getHandle();
        long id = 2;
        for (Request.Builder request : requests(handle)) {
            say(master, stream, said, request(id++, request));
        }
        ClientMessage.Builder empty = ClientMessage.newBuilder();
        say(master, stream, said, empty.setKeepAlive(KeepAlive.newBuilder().setSequence(1)));
        say(master, stream, said, empty.setEventAck(EventAck.newBuilder().setSequence(1)));
        say(master, stream, said, empty.setPing(Ping.newBuilder().setSequence(9)));
        say(
                master,
                stream,
                said,
                empty.setCancel(dev.ephor.api.CancelRequest.newBuilder().setId(3)));
        say(
                master,
                stream,
                said,
                empty.setRequests(
                        Requests.newBuilder()
                                .addRequests(open.getRequest().toBuilder().setId(id))
                                .addRequests(
                                        Request.newBuilder()
                                                .setId(id + 1)
                                                .setCloseSession(
                                                        CloseSessionRequest.newBuilder()))));
        return said;
    }

    private static List<Request.Builder> requests(ByteString handle) {
        NodeRef node = NodeRef.newBuilder().setHandle(handle).build();
        NodeRef path = NodeRef.newBuilder().setPath("/ls/local/a").build();
        String sequencer = "1:exclusive:1:3:/ls/main/a/b";
        return List.of(
                Request.newBuilder()
                        .setAcquire(
                                AcquireRequest.newBuilder()
                                        .setHandle(handle)
                                        .setMode(LockMode.EXCLUSIVE)
                                        .setWait(true)
                                        .setWaitMs(50)),
                Request.newBuilder()
                        .setGetSequencer(GetSequencerRequest.newBuilder().setHandle(handle)),
                Request.newBuilder()
                        .setCheckSequencer(
                                CheckSequencerRequest.newBuilder().setSequencer(sequencer)),
                Request.newBuilder()
                        .setSetSequencer(
                                SetSequencerRequest.newBuilder()
                                        .setHandle(handle)
                                        .setSequencer(sequencer)),
                Request.newBuilder()
                        .setWrite(
                                WriteRequest.newBuilder()
                                        .setNode(node)
                                        .setContents(ByteString.copyFromUtf8("x"))
                                        .setIfGeneration(1)),
                Request.newBuilder().setRead(ReadRequest.newBuilder().setNode(node)),
                Request.newBuilder().setStat(StatRequest.newBuilder().setNode(path)),
                Request.newBuilder().setList(ListRequest.newBuilder().setNode(path).setLimit(5)),
                Request.newBuilder().setRelease(ReleaseRequest.newBuilder().setHandle(handle)),
                Request.newBuilder().setDelete(DeleteRequest.newBuilder().setNode(node)),
                Request.newBuilder().setClose(CloseRequest.newBuilder().setHandle(handle)));
    }

    private static ClientMessage.Builder hello() {
        return ClientMessage.newBuilder()
                .setHello(
                        Hello.newBuilder()
                                .setProtocolVersion(1)
                                .setClientName("fuzz")
                                .setLeaseMs(1_000));
    }

    private static ClientMessage request(long id, Request.Builder request) {
        return ClientMessage.newBuilder()
                .setRequest(request.setId(id).setOldestOutstanding(id))
                .build();
    }

    private static void say(
            LoneMaster master,
            ClientStream stream,
            List<ClientMessage> said,
            ClientMessage.Builder message) {
        say(master, stream, said, message.build());
    }

    private static void say(
            LoneMaster master,
            ClientStream stream,
            List<ClientMessage> said,
            ClientMessage message) {
        said.add(message);
        stream.received(message);
        master.run();
    }

    private static List<Reply> replies(List<ServerMessage> messages) {
        return messages.stream()
                .flatMap(message ->
                        Stream.concat(
                                message.hasReply() ? Stream.of(message.getReply()) : Stream.of(),
                                message.getReplies().getRepliesList().stream()))
                .toList();
    }

    /// A client says what the input says, and goes.
    @FuzzTest
    void conversation(byte[] input) throws IOException {
        LoneMaster master = new LoneMaster(CellSettings.DEFAULT);
        LoneMaster.Told told = new LoneMaster.Told();
        ClientStream stream = master.open(told);
        int requests = 0;
        for (ClientMessage message : messages(input)) {
            stream.received(message);
            master.run();
            requests += message.hasRequest() ? 1 : message.getRequests().getRequestsCount();
            if (told.goodbye != null) {
                break;
            }
        }
        master.pass(1_000_000);
        stream.closed();
        master.pass(LONG);
        assertThat(replies(told.messages).size()).isLessThanOrEqualTo(requests);
        assertThat(master.census().sessions()).isZero();
    }

    /// As many as can be read: whatever follows never reaches the front door.
    private static List<ClientMessage> messages(byte[] input) throws IOException {
        List<ClientMessage> messages = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(input);
        try {
            for (ClientMessage message = ClientMessage.parseDelimitedFrom(in);
                    message != null;
                    message = ClientMessage.parseDelimitedFrom(in)) {
                messages.add(message);
            }
        } catch (InvalidProtocolBufferException refused) {
            // As gRPC does with what is no message.
        }
        return messages;
    }
}
