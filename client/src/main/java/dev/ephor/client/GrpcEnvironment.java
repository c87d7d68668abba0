package dev.ephor.client;

import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// The real world of a session: gRPC streams, and a Netty event loop as its serial executor, so
/// that a reply is handled on the very thread that read it from the socket. All sessions of the
/// process share the event loop and, to the same replica, the connection.
final class GrpcEnvironment implements ClientEnvironment {
    private final Transport transport;
    private final EventLoop loop;
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final ThreadPoolExecutor callbacks;

    private GrpcEnvironment(Transport transport) {
        this.transport = transport;
        this.loop = transport.loop();
        callbacks =
                new ThreadPoolExecutor(
                        1,
                        1,
                        5,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "ephor-callbacks");
                            thread.setDaemon(true);
                            return thread;
                        });
        callbacks.allowCoreThreadTimeOut(true);
    }

    /// For one session.
    static GrpcEnvironment open() {
        return new GrpcEnvironment(Transport.acquire());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    /// When the last session of the process is over, the event loop is given back. What a program
    /// still asks of a session then is answered elsewhere, with "it is over".
    @Override
    public Executor loop() {
        return this::post;
    }

    private void post(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            callbacks.execute(task);
        }
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        var future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Wire open(String address, Wire.Listener listener) {
        return GrpcWire.open(transport, loop, address, listener);
    }

    @Override
    public void release() {
        transport.release();
    }
}
