package dev.ephor.log;

import dev.ephor.paxos.Bytes;
import dev.ephor.paxos.ReplicaId;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// TCP between the replicas of a cell: each connects to each, and sends on the connection that it
/// made. All of it runs on the environment's event loop, which is the replica's loop too, so a
/// frame that arrives is handled without waking another thread. What is sent in one turn of the
/// loop leaves in one write.
final class RealNetwork implements Network {
    static final long HANDSHAKE_MILLIS = 5_000;
    private static final long COMPLAINTS_APART = 10_000_000_000L;
    private static final long APPLICANT_SECONDS = 30;
    private static final int BACKLOG = 128;

    private final EventLoop events;
    private final Class<? extends Channel> clientChannel;
    private final Seat seat;
    private final RandomGenerator random;
    private final Reporter reporter;
    private final Fatal fatal;
    private final Channel server;
    private final Map<Integer, RealPeer> peers = new TreeMap<>();

    /// Those who ask to be admitted from elsewhere than where the member of that number is.
    private final Map<Integer, RealPeer> applicants = new TreeMap<>();

    private final Map<Integer, Long> lastLocated = new TreeMap<>();
    private long located;
    private final Map<ReplicaId, Long> stores = new TreeMap<>();
    private final Map<ReplicaId, Channel> inbound = new TreeMap<>();
    private volatile Address address;
    private @Nullable Self self;
    private boolean flushDue;
    private boolean complained;
    private long complainedAt;

    /// What ends the replica.
    interface Fatal {
        void fatal(String message, Throwable cause);
    }

    /// Who this replica is now.
    record Self(ReplicaId replica, long store, Receiver receiver) {}

    /// @throws IOException the port is in use, or the address is not one of this machine's
    RealNetwork(
            EventLoop events,
            Class<? extends ServerChannel> serverChannel,
            Class<? extends Channel> clientChannel,
            Seat seat,
            Address listen,
            RandomGenerator random,
            Reporter reporter,
            Fatal fatal)
            throws IOException {
        this.events = events;
        this.clientChannel = clientChannel;
        this.seat = seat;
        this.random = random;
        this.reporter = reporter;
        this.fatal = fatal;
        this.server = listen(serverChannel, listen);
        this.address = new Address(listen.host(), port());
    }

    private Channel listen(Class<? extends ServerChannel> serverChannel, Address listen)
            throws IOException {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(events)
                        .channel(serverChannel)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new RealInbound(RealNetwork.this));
                                    }
                                });
        ChannelFuture bound = bootstrap.bind(listen.host(), listen.port()).awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new IOException(
                    "cannot listen for the other replicas at "
                            + listen
                            + ": "
                            + failure.getMessage()
                            + ". Stop what uses the port, or choose another address",
                    failure);
        }
        return bound.channel();
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    EventLoop events() {
        return events;
    }

    Class<? extends Channel> clientChannel() {
        return clientChannel;
    }

    Seat seat() {
        return seat;
    }

    /// Null until this replica knows who it is.
    @Nullable Self self() {
        return self;
    }

    RandomGenerator random() {
        return random;
    }

    Reporter reporter() {
        return reporter;
    }

    /// Any thread.
    void onLoop(Runnable task) {
        if (!events.isShuttingDown()) {
            events.execute(task);
        }
    }

    /// Any thread.
    void peerAt(int number, Address at) {
        if (number == seat.number()) {
            address = at.port() == 0 ? new Address(at.host(), port()) : at;
        } else {
            onLoop(() -> {
                RealPeer peer = peers.get(number);
                if (peer == null) {
                    peerSaidToBeAt(peers, number, at);
                } else {
                    peer.moveTo(at);
                }
            });
        }
    }

    private void peerSaidToBeAt(Map<Integer, RealPeer> where, int number, Address at) {
        RealPeer peer = where.get(number);
        if (peer != null) {
            peer.isSaidToBeAt(at);
            return;
        }
        RealPeer added = new RealPeer(this, number, at);
        where.put(number, added);
        if (self != null) {
            added.connect();
        }
    }

    @Override
    public Address address() {
        return address;
    }

    @Override
    public void locate(ReplicaId replica, Address at) {
        int number = replica.number();
        if (number == seat.number()) {
            return;
        }
        onLoop(() -> {
            RealPeer member = peers.get(number);
            if (replica.incarnation() > 0 || member == null || member.isAt(at)) {
                drop(applicants.remove(number));
                peerSaidToBeAt(peers, number, at);
            } else {
                peerSaidToBeAt(applicants, number, at);
                dropUnlessHeardAgain(number, ++located);
            }
        });
    }

    /// An applicant that goes away is not called for ever.
    private void dropUnlessHeardAgain(int number, long heard) {
        lastLocated.put(number, heard);
        events.schedule(
                () -> {
                    if (lastLocated.remove(number, heard)) {
                        drop(applicants.remove(number));
                    }
                },
                APPLICANT_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void forget(int number) {
        onLoop(() -> {
            drop(applicants.remove(number));
            drop(peers.remove(number));
        });
    }

    private static void drop(@Nullable RealPeer peer) {
        if (peer != null) {
            peer.close();
        }
    }

    /// Whoever this replica was before, the others hear who it is now when they connect again.
    @Override
    public void start(ReplicaId replica, long store, Receiver receiver) {
        onLoop(() -> {
            Self before = self;
            self = new Self(replica, store, receiver);
            if (before != null && before.replica().equals(replica) && before.store() == store) {
                return;
            }
            if (before != null) {
                List.copyOf(inbound.values()).forEach(Channel::close);
                inbound.clear();
                peers.values().forEach(RealPeer::connectAgain);
            } else {
                peers.values().forEach(RealPeer::connect);
            }
        });
    }

    @Override
    public void send(Collection<ReplicaId> to, Bytes frame) {
        if (events.inEventLoop()) {
            write(to, frame);
        } else {
            onLoop(() -> write(to, frame));
        }
    }

    @Override
    public void sendToAll(Bytes frame) {
        write(
                peers.values().stream().map(RealPeer::known).flatMap(Optional::stream).toList(),
                frame);
    }

    private void write(Collection<ReplicaId> to, Bytes frame) {
        if (!RealFrames.fits(frame)) {
            complain("a message of " + frame.length() + " bytes is too long and was not sent");
            return;
        }
        ByteBuf encoded = RealFrames.encode(PooledByteBufAllocator.DEFAULT, frame);
        boolean due = false;
        for (ReplicaId replica : to) {
            RealPeer peer = peerOf(replica);
            if (peer != null) {
                due |= peer.write(replica, encoded.retainedDuplicate());
            }
        }
        encoded.release();
        if (due && !flushDue) {
            // Behind all tasks that wait, so that what they send leaves in the same write.
            flushDue = true;
            events.execute(this::flush);
        }
    }

    private @Nullable RealPeer peerOf(ReplicaId replica) {
        RealPeer applicant = replica.incarnation() == 0 ? applicants.get(replica.number()) : null;
        return applicant != null ? applicant : peers.get(replica.number());
    }

    private void flush() {
        flushDue = false;
        peers.values().forEach(RealPeer::flush);
        applicants.values().forEach(RealPeer::flush);
    }

    @Override
    public long queuedBytes(ReplicaId to) {
        RealPeer peer = peerOf(to);
        return peer == null ? 0 : peer.queuedBytes();
    }

    void received(ReplicaId from, Bytes frame) {
        Self now = self;
        if (now != null) {
            now.receiver().receive(from, frame);
        }
    }

    /// Why whoever says this is not wanted; empty where it is.
    String refusalOf(RealHandshake.Hello hello, ReplicaId self) {
        if (!hello.cell().equals(seat.cell())) {
            return "replica "
                    + hello.sender()
                    + " of cell '"
                    + hello.cell()
                    + "' connected to replica "
                    + self
                    + " of cell '"
                    + seat.cell()
                    + "'; check the addresses of the replicas";
        }
        if (hello.receiver() != self.number()) {
            return "replica "
                    + hello.sender()
                    + " looks for replica "
                    + hello.receiver()
                    + " where replica "
                    + self
                    + " is; check the addresses of the replicas";
        }
        if (hello.sender().number() == self.number()) {
            return "two replicas run as number " + self.number() + "; stop one of them";
        }
        if (hello.sender().incarnation() == 0) {
            return "";
        }
        Long store = stores.putIfAbsent(hello.sender(), hello.store());
        if (store != null && store != hello.store()) {
            return "two replicas run as number "
                    + hello.sender()
                    + " from different data directories, or its directory was lost and bootstrapped"
                    + " anew; the second is kept out. Empty its data directory and start it without"
                    + " bootstrapping it: it rejoins by itself";
        }
        return "";
    }

    /// A replica that connects again has given up its earlier connection.
    void accepted(ReplicaId from, Channel channel) {
        Channel earlier = inbound.put(from, channel);
        if (earlier != null) {
            earlier.close();
        }
        RealPeer peer = peers.get(from.number());
        if (peer != null) {
            peer.hurry();
        }
    }

    /// One line in a while, whatever happens how often.
    void complain(String message) {
        long now = System.nanoTime();
        if (!complained || now - complainedAt > COMPLAINTS_APART) {
            complained = true;
            complainedAt = now;
            reporter.warn(message);
        }
    }

    /// Something went wrong on a connection. I/O errors are its end; anything else is a bug in what
    /// handled a frame, and going on could be unsafe.
    void failed(ChannelHandlerContext context, Throwable cause) {
        Throwable root =
                cause instanceof DecoderException
                        ? Objects.requireNonNullElse(cause.getCause(), cause)
                        : cause;
        if (!(root instanceof IOException)) {
            fatal.fatal("stopped by an unexpected error: " + root, root);
        }
        context.close();
    }

    @Override
    public void close() {
        onLoop(() -> {
            self = null;
            server.close();
            inbound.values().forEach(Channel::close);
            peers.values().forEach(RealPeer::close);
            applicants.values().forEach(RealPeer::close);
        });
    }
}
