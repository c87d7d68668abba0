package dev.ephor.log;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// The world outside: threads, the monotonic clock, a directory, TCP.
///
/// The loop is the event loop of the network itself, so that a message is received, handled and
/// answered by one thread; a second thread writes the replay log, a third does what may take long,
/// a fourth reads files for other replicas.
public final class RealEnvironment implements Environment, AutoCloseable {
    private static final long CLOSE_SECONDS = 10;
    private static final long AWAIT_SECONDS = 2;

    private final EventLoopGroup group;
    private final EventLoop events;
    private final ExecutorService diskThread;
    private final ExecutorService backgroundThread;
    private final ExecutorService errandsThread;
    private final Executor loop;
    private final Executor diskExecutor;
    private final Executor background;
    private final Executor errands;
    private final Disk disk;
    private final Reporter reporter;
    private final BiConsumer<String, Throwable> onFatal;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final RandomGenerator random;
    private final RealNetwork network;
    private final Address listening;

    private RealEnvironment(
            Disk disk,
            Seat seat,
            Address listen,
            Reporter reporter,
            BiConsumer<String, Throwable> onFatal)
            throws IOException {
        this.disk = disk;
        this.reporter = reporter;
        this.onFatal = onFatal;
        this.random = new SplittableRandom(new SecureRandom().nextLong());
        String name = "replica-" + seat.number();
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        1, Thread.ofPlatform().name(name + "-loop").factory(), handlers);
        this.events = group.next();
        Class<? extends ServerChannel> serverChannel =
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Class<? extends Channel> clientChannel =
                epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        try {
            this.network =
                    new RealNetwork(
                            events,
                            serverChannel,
                            clientChannel,
                            seat,
                            listen,
                            random,
                            reporter,
                            this::fatal);
        } catch (IOException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
        this.listening = new Address(listen.host(), network.port());
        this.diskThread = thread(name + "-disk");
        this.backgroundThread = thread(name + "-background");
        this.errandsThread = thread(name + "-errands");
        this.loop = guarded(events);
        this.diskExecutor = guarded(diskThread);
        this.background = guarded(backgroundThread);
        this.errands = guarded(errandsThread);
    }

    /// Starts the threads and listens for the other replicas.
    ///
    /// @param disk the data directory; it is not closed here
    /// @param seat which replica this is
    /// @param listen where to listen
    /// @param peers replica number to address: what is known of the others before any of them was
    ///   heard. The entry of the seat's own number says where they reach this replica (port 0: the
    ///   one that it listens at); [#peerAt] adds more
    /// @param onFatal called once, with a message and a cause, when the replica must stop at once.
    ///   It should end the process; whatever it does, no task of this environment runs afterwards
    /// @throws IOException the port is in use, or the address is not one of this machine's
    public static RealEnvironment start(
            Disk disk,
            Seat seat,
            Address listen,
            Map<Integer, Address> peers,
            Reporter reporter,
            BiConsumer<String, Throwable> onFatal)
            throws IOException {
        RealEnvironment environment = new RealEnvironment(disk, seat, listen, reporter, onFatal);
        peers.forEach(environment::peerAt);
        return environment;
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).factory());
    }

    /// What a task throws is a bug, and nobody knows what it left undone: the replica stops.
    private Executor guarded(Executor executor) {
        return task -> {
            try {
                executor.execute(() -> run(task));
            } catch (RejectedExecutionException e) {
                if (!stopped.get()) {
                    throw e;
                }
            }
        };
    }

    private void run(Runnable task) {
        if (stopped.get()) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            fatal("stopped by an unexpected error: " + e, e);
        }
    }

    /// Where it listens: the port is the real one where 0 was asked for.
    public Address listening() {
        return listening;
    }

    /// The replica with this number is at this address from now on. Any thread.
    public void peerAt(int number, Address address) {
        network.peerAt(number, address);
    }

    /// The one thread of the loop, for whoever serves clients with Netty too: a request that
    /// arrives there is handled without waking another thread. Its tasks must never block.
    public EventLoopGroup eventLoops() {
        return group;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public Executor diskExecutor() {
        return diskExecutor;
    }

    @Override
    public Executor background() {
        return background;
    }

    @Override
    public Executor errands() {
        return errands;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        Future<?> scheduled = events.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Reporter reporter() {
        return reporter;
    }

    @Override
    public void fatal(String message, Throwable cause) {
        if (stopped.compareAndSet(false, true)) {
            network.close();
            onFatal.accept(message, cause);
        }
    }

    /// Waits for what happens on the loop, but not for a loop that does not answer: false then. Not
    /// on the loop itself.
    public boolean await(CompletableFuture<?> happening) {
        try {
            happening.get(AWAIT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Stops listening, closes the connections and ends the threads, after the tasks that they
    /// have. Not on the loop itself, because it waits.
    @Override
    public void close() {
        network.close();
        // A task of the loop may give one to the disk, that one to the background or the
        // errands, and that to the loop.
        for (Executor executor :
                java.util.List.of(
                        events, diskThread, backgroundThread, errandsThread, events, diskThread)) {
            drain(executor);
        }
        stopped.set(true);
        diskThread.shutdown();
        backgroundThread.shutdown();
        errandsThread.shutdown();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static void drain(Executor executor) {
        CountDownLatch drained = new CountDownLatch(1);
        try {
            executor.execute(drained::countDown);
            if (!drained.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a task does not end");
            }
        } catch (RejectedExecutionException e) {
            // It has ended already.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
