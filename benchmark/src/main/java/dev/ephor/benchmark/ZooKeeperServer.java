package dev.ephor.benchmark;

import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/// The main class of a ZooKeeper server: ZooKeeper's own, which ends when the benchmark does.
final class ZooKeeperServer {
    private ZooKeeperServer() {}

    /// @param arguments the configuration file
    public static void main(String[] arguments) {
        ParentWatch.begin();
        QuorumPeerMain.main(arguments);
    }
}
