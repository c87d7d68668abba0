package dev.ephor.cli;

import dev.ephor.server.ReplicaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "replica",
        description = {
            "Run one replica of a cell, until it is told to stop.",
            "",
            "A cell is five of these on five machines, each with a configuration file like",
            "",
            "  cell = sparta",
            "  replica = 1",
            "  data = /var/lib/ephor",
            "  member.1.replica = a.example:7410",
            "  member.1.client  = a.example:7400",
            "  member.2.replica = b.example:7410",
            "  ...",
            "",
            "that differs in `replica` (and maybe in `data`) only. On the first start of each",
            "replica of a new cell say --bootstrap, and never again: a replica that lost its disk",
            "must not come back as if it had promised nothing.",
            "",
            "SIGTERM or Ctrl-C stops it in good order: a master hands over at once.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica --config /etc/ephor.conf --bootstrap     once",
            "  ephor replica --config /etc/ephor.conf",
            "",
            "Exit codes: 0, 130, 143 it was stopped; 2 it cannot start: standard error names the",
            "key, file or port that is wrong; 3 it stopped at once because to go on is unsafe.",
        })
final class ReplicaCommand implements Callable<Integer> {
    /// How `up` starts its replicas.
    static final String CHILD = "--stop-with-stdin";

    private static final long TIME_TO_STOP_MILLIS = 5_000;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration; docs/CONFIGURATION.md lists the keys.")
    private Path config = Path.of("");

    @Option(
            names = "--bootstrap",
            description =
                    "Make the empty data directory that of a new replica of a new cell first.")
    private boolean bootstrap;

    @Option(names = CHILD, hidden = true)
    private boolean child;

    @Override
    public Integer call() {
        if (child) {
            Signals.ignoreInterrupt();
            Thread.ofPlatform().name("ephor-parent").daemon().start(ReplicaCommand::followParent);
        }
        return ReplicaProcess.run(config, bootstrap);
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
        Thread.ofPlatform().daemon().start(ReplicaCommand::stopForCertain);
        System.exit(ExitCode.OK);
    }

    private static void stopForCertain() {
        Waiting.pause(TIME_TO_STOP_MILLIS);
        Runtime.getRuntime().halt(ExitCode.ERROR);
    }
}
