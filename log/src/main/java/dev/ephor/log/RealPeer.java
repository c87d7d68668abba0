package dev.ephor.log;

import dev.ephor.paxos.ReplicaId;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection to one other replica: made again whenever it is lost, after a time that grows
/// with each failure and has chance in it. Confined to the event loop.
final class RealPeer {
    /// What is not read by the other side is kept up to this much, then dropped: it is sent again.
    private static final int QUEUE = 8 << 20;

    private static final int CONNECT_MILLIS = 2_000;
    private static final long LEAST_WAIT = 20;
    private static final long GREATEST_WAIT = 2_000;
    private static final long PING_MILLIS = 1_000;
    private static final int SILENT_PINGS = 4;

    private final RealNetwork network;
    private final int number;

    /// What it said itself, or others say that it said.
    private Address told;

    /// What this replica's configuration says; both are tried in turn, for either may be out of
    /// date.
    private Address configured;

    private Address address;
    private @Nullable Channel connected;
    private @Nullable ReplicaId known;
    private boolean dirty;
    private boolean closed;
    private @Nullable Future<?> waiting;
    private long wait = LEAST_WAIT;
    private int unanswered;
    private String complaint = "";

    RealPeer(RealNetwork network, int number, Address address) {
        this.network = network;
        this.number = number;
        this.told = address;
        this.configured = address;
        this.address = address;
    }

    /// It is there, somebody says. A connection that works is left as it is.
    void isSaidToBeAt(Address other) {
        if (!other.equals(told)) {
            told = other;
            if (connected == null) {
                address = other;
                hurry();
            }
        }
    }

    /// It is there from now on.
    void moveTo(Address other) {
        configured = other;
        told = other;
        if (!other.equals(address)) {
            address = other;
            Channel channel = connected;
            if (channel != null) {
                channel.close();
            }
            hurry();
        }
    }

    boolean isAt(Address other) {
        return other.equals(told) || other.equals(configured);
    }

    /// Who is connected; empty where nobody is.
    Optional<ReplicaId> known() {
        return connected == null ? Optional.empty() : Optional.ofNullable(known);
    }

    /// This replica is somebody else now.
    void connectAgain() {
        Channel channel = connected;
        if (channel != null) {
            wait = LEAST_WAIT;
            channel.close();
        } else {
            hurry();
        }
    }

    /// Whether frames for this replica would leave. It says who it is when it is connected.
    private boolean isReady(ReplicaId to) {
        return connected != null && to.equals(known) && connected.isWritable();
    }

    /// Queues what was encoded, which belongs to this call; returns true where a flush is due.
    boolean write(ReplicaId to, ByteBuf frame) {
        Channel channel = connected;
        if (channel == null || !isReady(to)) {
            frame.release();
            return false;
        }
        channel.write(frame, channel.voidPromise());
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    void flush() {
        Channel channel = connected;
        if (dirty && channel != null) {
            channel.flush();
        }
        dirty = false;
    }

    long queuedBytes() {
        Channel channel = connected;
        ChannelOutboundBuffer buffer = channel == null ? null : channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    void connect() {
        if (closed) {
            return;
        }
        Address target = address;
        // A name may take long to resolve, and the loop must not wait for it.
        Thread.ofVirtual().start(() -> resolve(target));
    }

    private void resolve(Address target) {
        try {
            InetAddress host = InetAddress.getByName(target.host());
            InetSocketAddress resolved = new InetSocketAddress(host, target.port());
            network.onLoop(() -> connect(resolved));
        } catch (UnknownHostException e) {
            network.onLoop(() -> failed("its name cannot be resolved: " + target.host()));
        }
    }

    private void connect(InetSocketAddress target) {
        if (closed) {
            return;
        }
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(network.events())
                        .channel(network.clientChannel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                        .option(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(QUEUE / 2, QUEUE))
                        .handler(new Dialer());
        ChannelFuture attempt = bootstrap.connect(target);
        attempt.addListener(done -> {
            if (!done.isSuccess()) {
                failed("");
            }
        });
    }

    /// Tries again later. What keeps it from connecting is told once, until something else does.
    private void failed(String why) {
        if (!why.isEmpty() && !why.equals(complaint)) {
            network.reporter()
                    .warn("no connection to replica " + number + " at " + address + ": " + why);
        }
        complaint = why.isEmpty() ? complaint : why;
        if (closed || waiting != null) {
            return;
        }
        address = address.equals(told) ? configured : told;
        long jittered = wait / 2 + network.random().nextLong(wait);
        wait = Math.min(GREATEST_WAIT, wait * 2);
        waiting =
                network.events()
                        .schedule(
                                () -> {
                                    waiting = null;
                                    connect();
                                },
                                jittered,
                                TimeUnit.MILLISECONDS);
    }

    /// The other replica was just heard: it is worth trying now.
    void hurry() {
        Future<?> later = waiting;
        if (later != null) {
            later.cancel(false);
            waiting = null;
            wait = LEAST_WAIT;
            connect();
        }
    }

    void close() {
        closed = true;
        if (connected != null) {
            connected.close();
        }
    }

    private void established(
            Channel channel, ReplicaId self, RealNetwork.@Nullable Self greetedAs) {
        if (closed || !isStill(greetedAs)) {
            channel.close();
            return;
        }
        connected = channel;
        known = self;
        wait = LEAST_WAIT;
        complaint = "";
        unanswered = 0;
        dirty = false;
        network.reporter().info("connected to replica " + self + " at " + address);
        ping(channel);
    }

    private boolean isStill(RealNetwork.@Nullable Self greetedAs) {
        RealNetwork.Self self = network.self();
        return self != null && greetedAs != null && self.replica().equals(greetedAs.replica());
    }

    /// A connection whose other end is gone without a word is given up, so that a new one is made.
    private void ping(Channel channel) {
        if (channel != connected) {
            return;
        }
        if (unanswered >= SILENT_PINGS) {
            channel.close();
            return;
        }
        unanswered++;
        channel.writeAndFlush(RealFrames.ping(channel.alloc()), channel.voidPromise());
        network.events().schedule(() -> ping(channel), PING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void lost(Channel channel) {
        if (channel == connected) {
            connected = null;
            known = null;
            if (!closed) {
                network.reporter().info("lost the connection to replica " + number);
            }
        }
        failed("");
    }

    /// Says who this replica is, and waits for the answer; then for the bytes that answer pings.
    private final class Dialer extends ByteToMessageDecoder {
        private RealNetwork.@Nullable Self greetedAs;
        private boolean answered;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            RealNetwork.Self self = network.self();
            if (self == null) {
                context.close();
                return;
            }
            greetedAs = self;
            String cell = network.seat().cell();
            context.writeAndFlush(
                    new RealHandshake.Hello(cell, self.replica(), self.store(), number).encode());
            context.executor()
                    .schedule(
                            () -> {
                                if (!answered) {
                                    context.close();
                                }
                            },
                            RealNetwork.HANDSHAKE_MILLIS,
                            TimeUnit.MILLISECONDS);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            if (answered) {
                unanswered = 0;
                in.skipBytes(in.readableBytes());
                return;
            }
            try {
                RealHandshake answer = RealHandshake.decode(in);
                if (answer instanceof RealHandshake.Answer given) {
                    answered = true;
                    String why = objectionTo(given);
                    if (why.isEmpty()) {
                        established(context.channel(), given.self(), greetedAs);
                    } else {
                        refused(context, why);
                    }
                } else if (answer != null) {
                    refused(context, "it answers with a question");
                }
            } catch (MalformedException e) {
                refused(context, String.valueOf(e.getMessage()));
            }
        }

        private String objectionTo(RealHandshake.Answer answer) {
            if (!answer.refusal().isEmpty()) {
                return answer.refusal();
            }
            if (answer.self().number() != number) {
                return "it is replica " + answer.self();
            }
            boolean spoken =
                    answer.version() >= RealHandshake.LOWEST
                            && answer.version() <= RealHandshake.HIGHEST;
            return spoken ? "" : "it wants frames of version " + answer.version();
        }

        private void refused(ChannelHandlerContext context, String why) {
            answered = true;
            wait = GREATEST_WAIT;
            failed(why);
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            super.channelInactive(context);
            lost(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            network.failed(context, cause);
        }
    }
}
