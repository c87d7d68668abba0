package dev.ephor.benchmark;

/// What a worker does over and over.
enum Operation {
    /// Replaces the contents of one file, without a condition.
    WRITE("write"),
    /// Reads one file as the peer reads when it is asked for nothing special. At Ephor that is
    /// linearizable; at ZooKeeper it may be stale.
    READ("read"),
    /// Reads one file after a `sync`: as near as ZooKeeper comes to a linearizable read.
    SYNC_READ("sync+read");

    final String label;

    Operation(String label) {
        this.label = label;
    }
}
