package dev.ephor.benchmark;

import dev.ephor.server.ReplicaProcess;
import java.nio.file.Path;

/// The main class of an Ephor replica: what `ephor replica --bootstrap --config` runs, and it ends
/// when the benchmark does.
final class EphorReplica {
    private EphorReplica() {}

    /// @param arguments the configuration file
    public static void main(String[] arguments) {
        ParentWatch.begin();
        System.exit(ReplicaProcess.run(Path.of(arguments[0]), true));
    }
}
