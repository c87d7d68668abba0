package dev.ephor.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/// The main class of a ZooKeeper server: ZooKeeper's own, which ends when the benchmark does.
final class ZooKeeperServer {
    private ZooKeeperServer() {}

    /// @param arguments the configuration file
    public static void main(String[] arguments) {
        Thread.ofPlatform().daemon().name("parent").start(ZooKeeperServer::endWithParent);
        QuorumPeerMain.main(arguments);
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }
}
