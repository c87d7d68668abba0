package dev.ephor.server;

import dev.ephor.api.AdminReply;
import dev.ephor.api.AdminRequest;
import dev.ephor.api.ClientMessage;
import dev.ephor.api.EphorGrpc;
import dev.ephor.api.Goodbye;
import dev.ephor.api.ServerMessage;
import dev.ephor.api.StatusReply;
import dev.ephor.api.StatusRequest;
import dev.ephor.log.Address;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The client protocol over gRPC: each Session stream is a [FrontDoor.Line], Status answers from
/// what the replica knows, Administer is [Administration]'s. One thread reads and writes all
/// sockets; messages are decoded, and reads answered, on it.
final class GrpcEndpoint extends EphorGrpc.EphorImplBase implements AutoCloseable {
    private static final int WINDOW = 1 << 20;

    /// gRPC tells of each client that breaks its rules, at length; the client is told, and that is
    /// enough. (Held, because the JDK forgets the level of a logger that nobody holds.)
    private static final Logger GRPC_LOGGER = Logger.getLogger("io.grpc");

    static {
        GRPC_LOGGER.setLevel(Level.SEVERE);
    }

    private final FrontDoor door;
    private final Supplier<StatusReply> status;
    private final BiConsumer<AdminRequest, Administration.Line> administration;
    private final BiConsumer<String, Throwable> fatal;
    private final EventLoopGroup group;
    private final EventLoop io;
    private final UnreadBudget budget;
    private final Server server;

    /// @param listen where to listen; port 0 takes a free one
    /// @param group the loop's thread; it is its owner's to end
    /// @param maxMessage bytes of one message of a client, at most
    /// @param administration takes what operators ask for, on the loop
    /// @param fatal told of what only a bug can bring
    /// @throws IOException the address cannot be listened at
    GrpcEndpoint(
            Address listen,
            EventLoopGroup group,
            int maxMessage,
            FrontDoor door,
            Supplier<StatusReply> status,
            BiConsumer<AdminRequest, Administration.Line> administration,
            BiConsumer<String, Throwable> fatal)
            throws IOException {
        this.door = door;
        this.status = status;
        this.administration = administration;
        this.fatal = fatal;
        this.group = group;
        budget = new UnreadBudget();
        io = group.next();
        server = build(listen, maxMessage);
        server.start();
    }

    private Server build(Address listen, int maxMessage) {
        Class<? extends ServerChannel> channel =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        return NettyServerBuilder.forAddress(new InetSocketAddress(listen.host(), listen.port()))
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .channelType(channel)
                .withOption(ChannelOption.SO_BACKLOG, 1024)
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .directExecutor()
                .flowControlWindow(WINDOW)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .addStreamTracerFactory(InboundLimit.factory(maxMessage))
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(500, TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(this)
                .addService(ProtoReflectionServiceV1.newInstance())
                .build();
    }

    /// The port that it listens at.
    int port() {
        return server.getPort();
    }

    @Override
    public StreamObserver<ClientMessage> session(StreamObserver<ServerMessage> responses) {
        GrpcLine line =
                new GrpcLine((ServerCallStreamObserver<ServerMessage>) responses, io, budget);
        ClientStream stream = door.open(line);
        line.whenGone(stream::closed);
        InboundLimit limit = InboundLimit.ofThisCall();
        limit.whenExceeded(() ->
                io.execute(() -> {
                    line.end(
                            Goodbye.newBuilder()
                                    .setReason(Goodbye.Reason.PROTOCOL_ERROR)
                                    .setDetail(limit.complaint())
                                    .build());
                    stream.closed();
                }));
        return new StreamObserver<>() {
            @Override
            public void onNext(ClientMessage message) {
                try {
                    stream.received(message);
                } catch (RuntimeException | Error e) {
                    fatal.accept("a client's message could not be handled", e);
                    throw e;
                }
                line.handled();
            }

            @Override
            public void onError(Throwable failure) {
                line.gone();
            }

            @Override
            public void onCompleted() {
                line.clientDone();
            }
        };
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusReply> responses) {
        responses.onNext(status.get());
        responses.onCompleted();
    }

    @Override
    public void administer(AdminRequest request, StreamObserver<AdminReply> responses) {
        ServerCallStreamObserver<AdminReply> call =
                (ServerCallStreamObserver<AdminReply>) responses;
        // Set, so that gRPC does not throw where an operator has gone.
        call.setOnCancelHandler(() -> {});
        administration.accept(
                request,
                new Administration.Line() {
                    @Override
                    public void send(AdminReply reply) {
                        call.onNext(reply);
                    }

                    @Override
                    public void end() {
                        call.onCompleted();
                    }

                    @Override
                    public boolean isGone() {
                        return call.isCancelled();
                    }
                });
    }

    /// Stops listening, and ends what is still open after a moment for the last words.
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(300, TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
