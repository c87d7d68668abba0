package dev.ephor.log;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// The world outside: threads, the monotonic clock, a directory, TCP.
public final class RealEnvironment implements Environment, AutoCloseable {
    private RealEnvironment() {}

    /// Starts the threads and listens for the other replicas.
    ///
    /// @param disk the data directory, with the identity that `identity` was loaded from; it is not
    ///   closed here
    /// @param identity who this replica is: what it says to its peers when it connects
    /// @param listen where to listen
    /// @param peers replica number to address; those of `identity` itself are ignored, and
    ///   [#peerAt] adds more
    /// @param onFatal called once, with a message and a cause, when the replica must stop at once.
    ///   It should end the process; whatever it does, no task of this environment runs afterwards
    /// @throws IOException the port is in use, or the address is not one of this machine's
    public static RealEnvironment start(
            Disk disk,
            Identity identity,
            Address listen,
            Map<Integer, Address> peers,
            Reporter reporter,
            BiConsumer<String, Throwable> onFatal)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Where it listens: the port is the real one where 0 was asked for.
    public Address listening() {
        throw new UnsupportedOperationException();
    }

    /// The replica with this number is at this address from now on. Any thread.
    public void peerAt(int number, Address address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
        throw new UnsupportedOperationException();
    }

    @Override
    public RandomGenerator random() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor loop() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor diskExecutor() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor background() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Disk disk() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Network network() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Reporter reporter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void fatal(String message, Throwable cause) {
        throw new UnsupportedOperationException();
    }

    /// Stops listening, closes the connections and ends the threads, after the tasks that they
    /// have.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
