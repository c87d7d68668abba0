package dev.ephor.server;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// A replica as a process of its own: starts it, waits for a signal, stops it in good order; and
/// ends the process with a message where going on would be unsafe.
public final class ReplicaProcess {
    /// The replica ran, and was stopped.
    public static final int STOPPED = 0;

    /// It could not start: the configuration, the disk or a port is not as it should be.
    public static final int CANNOT_START = 2;

    /// It stopped at once because going on would have been unsafe.
    public static final int FATAL = 3;

    private ReplicaProcess() {}

    /// Runs the replica until the process is told to stop. Must be the process's only business.
    ///
    /// @param bootstrap make the data directory first
    /// @return the exit code
    public static int run(Path configFile, boolean bootstrap) {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> die("thread " + thread.getName() + " died of a bug", failure));
        ReplicaServer server;
        try {
            ServerConfig config = ServerConfig.load(configFile);
            if (bootstrap) {
                ReplicaServer.bootstrap(config);
            }
            server = ReplicaServer.start(config, ReplicaProcess::die);
        } catch (ConfigException | StartException e) {
            System.err.println("ephor: " + e.getMessage());
            return CANNOT_START;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    server.close();
                                    stopped.countDown();
                                },
                                "ephor-shutdown"));
        try {
            stopped.await();
        } catch (InterruptedException e) {
            server.close();
        }
        return STOPPED;
    }

    /// Nothing may run after this: no hooks, no last writes.
    private static void die(String message, Throwable cause) {
        System.err.println("ephor: the replica stops: " + message);
        cause.printStackTrace();
        Runtime.getRuntime().halt(FATAL);
    }
}
