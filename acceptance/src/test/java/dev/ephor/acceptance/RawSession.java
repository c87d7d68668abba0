package dev.ephor.acceptance;

import dev.ephor.api.ClientMessage;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.Goodbye;
import dev.ephor.api.Hello;
import dev.ephor.api.NodeRef;
import dev.ephor.api.ReadRequest;
import dev.ephor.api.Reply;
import dev.ephor.api.Request;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.Welcome;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// A session that speaks the protocol itself, to one replica and never to another: for what a
/// well-behaved client does not do.
final class RawSession implements AutoCloseable {
    private final ManagedChannel channel;
    private final StreamObserver<ClientMessage> out;
    private final CompletableFuture<Welcome> welcome = new CompletableFuture<>();
    private final CompletableFuture<Goodbye> goodbye = new CompletableFuture<>();
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<Reply>> replies = new ConcurrentHashMap<>();
    private long requests;

    private RawSession(Replica replica) {
        channel =
                ManagedChannelBuilder.forAddress("127.0.0.1", replica.clientPort())
                        .usePlaintext()
                        .directExecutor()
                        .build();
        out = EphorGrpc.newStub(channel).session(new Listener());
    }

    /// Opens a stream and says nothing.
    static RawSession silent(Replica replica) {
        return new RawSession(replica);
    }

    /// Opens a session with a replica that is the master.
    static RawSession open(Replica master) {
        RawSession session = new RawSession(master);
        session.send(
                ClientMessage.newBuilder()
                        .setHello(Hello.newBuilder().setProtocolVersion(1))
                        .build());
        Await.result("the Welcome of " + master, RealCell.PATIENCE, session.welcome);
        return session;
    }

    synchronized void send(ClientMessage message) {
        out.onNext(message);
    }

    /// Completes with the reply, or fails when the stream ends without one.
    synchronized CompletableFuture<Reply> send(Request.Builder request) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        long id = ++requests;
        replies.put(id, reply);
        if (goodbye.isDone() || broken.isDone()) {
            reply.completeExceptionally(new IllegalStateException("the stream has ended"));
        } else {
            out.onNext(ClientMessage.newBuilder().setRequest(request.setId(id)).build());
        }
        return reply;
    }

    CompletableFuture<Reply> read(String path) {
        return send(
                Request.newBuilder()
                        .setRead(
                                ReadRequest.newBuilder()
                                        .setNode(NodeRef.newBuilder().setPath(path))));
    }

    /// What the replica says when it ends the stream in good order.
    CompletableFuture<Goodbye> goodbye() {
        return goodbye;
    }

    /// Why the stream broke, if it did.
    CompletableFuture<Throwable> broken() {
        return broken;
    }

    private void end(Throwable why) {
        welcome.completeExceptionally(why);
        replies.values().forEach(reply -> reply.completeExceptionally(why));
    }

    private final class Listener implements StreamObserver<ServerMessage> {
        @Override
        public void onNext(ServerMessage message) {
            switch (message.getMessageCase()) {
                case WELCOME -> welcome.complete(message.getWelcome());
                case GOODBYE -> goodbye.complete(message.getGoodbye());
                case REPLY -> replied(message.getReply());
                case REPLIES -> message.getReplies().getRepliesList().forEach(this::replied);
                case KEEP_ALIVE_REPLY, EVENT, PONG, MESSAGE_NOT_SET -> {}
            }
        }

        private void replied(Reply reply) {
            replies.get(reply.getId()).complete(reply);
        }

        @Override
        public void onError(Throwable failure) {
            broken.complete(failure);
            end(failure);
        }

        @Override
        public void onCompleted() {
            end(new IllegalStateException("the stream has ended: " + goodbye.getNow(null)));
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
