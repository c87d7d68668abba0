package dev.ephor.cli;

import dev.ephor.server.ReplicaProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a replica's process is started, and what ends it.
final class ReplicaProcessOptions {
    /// How `up` starts its replicas.
    static final String CHILD = "--stop-with-stdin";

    private static final long TIME_TO_STOP_MILLIS = 5_000;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; docs/CONFIGURATION.md lists the keys.")
    private @Nullable Path config;

    @Option(
            names = "--bootstrap",
            description =
                    "Make the empty data directory that of a new replica of a new cell first.")
    private boolean bootstrap;

    @Option(names = CHILD, hidden = true)
    private boolean child;

    /// Runs the replica until it is told to stop. Returns the exit code.
    int run() {
        Path file = config;
        if (file == null) {
            throw Failure.usage(
                    "Missing required option: '--config=FILE'",
                    """
                    `ephor replica run --config FILE` runs one replica.
                    `ephor replica list`, `add`, `remove` and `replace` change who belongs to a cell.\
                    """);
        }
        if (child) {
            Signals.ignoreInterrupt();
            Thread.ofPlatform()
                    .name("ephor-parent")
                    .daemon()
                    .start(ReplicaProcessOptions::followParent);
        }
        return ReplicaProcess.run(file, bootstrap);
    }

    /// Standard input is a pipe from the parent, which never writes: it ends when the parent does,
    /// even if that was killed.
    private static void followParent() {
        try {
            while (System.in.read() >= 0) {
                // Nobody has anything to say.
            }
        } catch (IOException e) {
            // The pipe broke: the same.
        }
        Thread.ofPlatform().daemon().start(ReplicaProcessOptions::stopForCertain);
        System.exit(ExitCode.OK);
    }

    private static void stopForCertain() {
        Waiting.pause(TIME_TO_STOP_MILLIS);
        Runtime.getRuntime().halt(ExitCode.ERROR);
    }
}
