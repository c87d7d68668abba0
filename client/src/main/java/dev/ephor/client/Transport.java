package dev.ephor.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the sessions of a process share: one event loop thread, and one connection to each replica
/// that somebody uses. Made for the first session, given back after the last.
///
/// Thread-safe.
final class Transport {
    private static final int WINDOW = 1 << 20;
    private static final int MAX_MESSAGE = 64 << 20;
    private static final int CONNECT_MILLIS = 3_000;

    private static final Object SHARING = new Object();
    private static @Nullable Transport shared;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1,
                    task -> {
                        Thread thread =
                                new io.netty.util.concurrent.FastThreadLocalThread(
                                        task, "ephor-client");
                        thread.setDaemon(true);
                        return thread;
                    },
                    NioIoHandler.newFactory());
    private final Map<String, Shared> channels = new HashMap<>();
    private int sessions;

    private static final class Shared {
        final ManagedChannel channel;
        int users;

        Shared(ManagedChannel channel) {
            this.channel = channel;
        }
    }

    private Transport() {}

    static Transport acquire() {
        synchronized (SHARING) {
            if (shared == null) {
                shared = new Transport();
            }
            shared.sessions++;
            return shared;
        }
    }

    void release() {
        synchronized (SHARING) {
            if (--sessions > 0) {
                return;
            }
            shared = null;
        }
        // Later: the session that ends still does so on this loop, and streams say good-bye.
        group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS);
    }

    EventLoop loop() {
        return group.next();
    }

    /// The connection to a replica; to be given back with [#done].
    synchronized ManagedChannel channel(String address) {
        Shared entry = channels.computeIfAbsent(address, name -> new Shared(connect(name)));
        entry.users++;
        return entry.channel;
    }

    /// A stream over this connection has ended. After a failure the connection is not used again: a
    /// new one is made at the next attempt, at once, without gRPC's own pauses between attempts.
    synchronized void done(String address, ManagedChannel channel, boolean failed) {
        Shared entry = channels.get(address);
        if (entry == null || entry.channel != channel) {
            channel.shutdown();
            return;
        }
        entry.users--;
        if (failed || entry.users == 0) {
            channels.remove(address);
            channel.shutdown();
        }
    }

    private ManagedChannel connect(String address) {
        return NettyChannelBuilder.forAddress(Addresses.host(address), Addresses.port(address))
                .usePlaintext()
                .directExecutor()
                .eventLoopGroup(group)
                .channelType(NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .flowControlWindow(WINDOW)
                .maxInboundMessageSize(MAX_MESSAGE)
                .disableRetry()
                .build();
    }
}
