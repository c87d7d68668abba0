package dev.ephor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.Error;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.api.KeepAlive;
import dev.ephor.api.NodeRef;
import dev.ephor.api.Ping;
import dev.ephor.api.ReadRequest;
import dev.ephor.api.Request;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.StatusRequest;
import dev.ephor.api.WriteRequest;
import dev.ephor.client.Ephor;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are not what they should be do no harm, and are told why.
class HostileTest {
    private static TestCell cell;
    private static ManagedChannel channel;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        cell = new TestCell(directory, 1);
        cell.master();
        channel =
                NettyChannelBuilder.forTarget(cell.addresses()[0])
                        .usePlaintext()
                        .maxInboundMessageSize(64 << 20)
                        .build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        try (Ephor ephor = cell.connect()) {
            ephor.put("/ls/local/after", "all is well");
        }
        cell.close();
        assertThat(cell.fatal).isEmpty();
    }

    /// A client that says what the test wants.
    private static final class RawClient extends ClientCall.Listener<ServerMessage> {
        final ClientCall<ClientMessage, ServerMessage> call =
                channel.newCall(EphorGrpc.getSessionMethod(), CallOptions.DEFAULT);
        final BlockingQueue<ServerMessage> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();

        RawClient(int messages) {
            call.start(this, new Metadata());
            call.request(messages);
        }

        void say(ClientMessage.Builder message) {
            call.sendMessage(message.build());
        }

        ServerMessage hear() throws InterruptedException {
            ServerMessage message = heard.poll(20, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            return message;
        }

        @Override
        public void onMessage(ServerMessage message) {
            heard.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }

        static RawClient greeted(int messages) throws InterruptedException {
            RawClient client = new RawClient(messages);
            client.say(
                    ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(1)));
            assertThat(client.hear().hasWelcome()).isTrue();
            return client;
        }
    }

    @Test
    void garbageBytes() throws Exception {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[1 + random.nextInt(10_000)];
            random.nextBytes(garbage);
            try (Socket socket =
                    new Socket("127.0.0.1", cell.running.get(1).clientAddress().port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(garbage);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                while (in.read() >= 0) {
                    // Whatever it answers, it closes.
                    continue;
                }
            } catch (java.net.SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void somethingElseThanHelloFirst() throws Exception {
        RawClient client = new RawClient(100);
        client.say(ClientMessage.newBuilder().setKeepAlive(KeepAlive.newBuilder()));

        Goodbye goodbye = client.hear().getGoodbye();
        assertThat(goodbye.getReason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
        assertThat(goodbye.getDetail()).contains("Hello");
        assertThat(client.end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    }

    @Test
    void anUnknownProtocolVersion() throws Exception {
        RawClient client = new RawClient(100);
        client.say(ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(99)));

        assertThat(client.hear().getGoodbye().getReason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
    }

    @Test
    void aSessionThatIsNotTheirs() throws Exception {
        RawClient client = new RawClient(100);
        client.say(
                ClientMessage.newBuilder()
                        .setHello(
                                Hello.newBuilder()
                                        .setProtocolVersion(1)
                                        .setSessionId(1)
                                        .setSessionSecret(ByteString.copyFromUtf8("guess"))));

        assertThat(client.hear().getGoodbye().getReason())
                .isIn(Goodbye.Reason.SESSION_EXPIRED, Goodbye.Reason.PROTOCOL_ERROR);
    }

    @Test
    void emptyMessagesAndEmptyRequests() throws Exception {
        RawClient client = RawClient.greeted(100);
        client.say(ClientMessage.newBuilder().setRequest(Request.newBuilder().setId(1)));
        assertThat(client.hear().getReply().getError().getCode()).isEqualTo(Error.Code.BAD_REQUEST);
        client.say(ClientMessage.newBuilder());
        assertThat(client.hear().getGoodbye().getReason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
    }

    @Test
    void aClientThatDoesNotReadIsCutOffAndTheOthersDoNotNotice() throws Exception {
        try (Ephor ephor = cell.connect()) {
            ephor.put("/ls/local/much", new byte[200 << 10]);
            RawClient client = RawClient.greeted(1);
            Request.Builder read =
                    Request.newBuilder()
                            .setRead(
                                    ReadRequest.newBuilder()
                                            .setNode(
                                                    NodeRef.newBuilder()
                                                            .setPath("/ls/local/much")));
            dev.ephor.api.Requests.Builder many = dev.ephor.api.Requests.newBuilder();
            for (int i = 1; i <= 1_000; i++) {
                many.addRequests(read.setId(i));
            }
            client.say(ClientMessage.newBuilder().setRequests(many));

            // More than a client may leave unread was read for it when this is answered.
            assertThat(ephor.get("/ls/local/much").length()).isEqualTo(200 << 10);
            client.call.request(1_000);
            ServerMessage last = client.hear();
            while (!last.hasGoodbye()) {
                last = client.hear();
            }
            assertThat(last.getGoodbye().getDetail()).contains("does not read");
            assertThat(client.end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
        }
    }

    @Test
    void aClientThatReadsSlowlyGetsEverything() throws Exception {
        try (Ephor ephor = cell.connect()) {
            ephor.put("/ls/local/some", new byte[100 << 10]);
        }
        RawClient client = RawClient.greeted(1);
        ReadRequest read =
                ReadRequest.newBuilder()
                        .setNode(NodeRef.newBuilder().setPath("/ls/local/some"))
                        .build();
        for (int i = 1; i <= 100; i++) {
            client.say(
                    ClientMessage.newBuilder()
                            .setRequest(Request.newBuilder().setId(i).setRead(read)));
        }
        int replies = 0;
        while (replies < 100) {
            client.call.request(1);
            ServerMessage message = client.hear();
            replies += message.hasReply() ? 1 : message.getReplies().getRepliesCount();
        }
        client.call.cancel("done", null);
    }

    @Test
    void pingsAreAnsweredAndHalfClosedStreamsGetTheirAnswers() throws Exception {
        RawClient client = RawClient.greeted(100);
        client.say(ClientMessage.newBuilder().setPing(Ping.newBuilder().setSequence(5)));
        client.call.halfClose();

        boolean pong = false;
        while (!pong) {
            pong = client.hear().getPong().getSequence() == 5;
        }
        assertThat(client.end.get(20, TimeUnit.SECONDS).isOk()).isTrue();
    }

    @Test
    void anybodyMayAskForTheStatus() {
        var status = EphorGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());

        assertThat(status.getRole()).isEqualTo("master");
        assertThat(status.getCell()).isEqualTo("test");
        assertThat(status.getMasterAddress()).isEqualTo(cell.addresses()[0]);
    }

    @Test
    void standardToolsFindTheService() throws Exception {
        var stub = io.grpc.reflection.v1.ServerReflectionGrpc.newStub(channel);
        BlockingQueue<String> services = new LinkedBlockingQueue<>();
        var request =
                stub.serverReflectionInfo(
                        new io.grpc.stub.StreamObserver<>() {
                            @Override
                            public void onNext(
                                    io.grpc.reflection.v1.ServerReflectionResponse response) {
                                response.getListServicesResponse()
                                        .getServiceList()
                                        .forEach(service -> services.add(service.getName()));
                            }

                            @Override
                            public void onError(Throwable failure) {}

                            @Override
                            public void onCompleted() {}
                        });
        request.onNext(
                io.grpc.reflection.v1.ServerReflectionRequest.newBuilder()
                        .setListServices("")
                        .build());

        assertThat(
                        java.util.List.of(
                                services.poll(20, TimeUnit.SECONDS),
                                services.poll(20, TimeUnit.SECONDS)))
                .contains("dev.ephor.api.Ephor");
        request.onCompleted();
    }

    @Test
    void aMessageThatIsTooLongIsRefusedWithTheReason() throws Exception {
        RawClient client = RawClient.greeted(100);

        client.say(
                ClientMessage.newBuilder()
                        .setRequest(
                                Request.newBuilder()
                                        .setId(1)
                                        .setWrite(
                                                WriteRequest.newBuilder()
                                                        .setContents(
                                                                ByteString.copyFrom(
                                                                        new byte[16 << 20])))));

        Goodbye goodbye = client.hear().getGoodbye();
        assertThat(goodbye.getReason()).isEqualTo(Goodbye.Reason.PROTOCOL_ERROR);
        assertThat(goodbye.getDetail()).startsWith("a message of more than ").contains("the limit");
        assertThat(client.end.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aQuestionThatIsTooLongIsRefusedWithTheReason() {
        ByteString long5 = ByteString.copyFrom(new byte[5 << 20]);
        StatusRequest question =
                StatusRequest.newBuilder()
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                77,
                                                UnknownFieldSet.Field.newBuilder()
                                                        .addLengthDelimited(long5)
                                                        .build())
                                        .build())
                        .build();

        assertThatThrownBy(() -> EphorGrpc.newBlockingStub(channel).status(question))
                .hasMessageContaining("RESOURCE_EXHAUSTED: a message of more than ");
    }
}
