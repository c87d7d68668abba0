package dev.ephor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "replica",
        description = {
            "Run one replica, or change which replicas a cell has.",
            "",
            "Without a sub-command it is `ephor replica run`.",
        },
        subcommands = {
            ReplicaRunCommand.class,
            ReplicaListCommand.class,
            ReplicaAddCommand.class,
            ReplicaRemoveCommand.class,
            ReplicaReplaceCommand.class,
            ReplicaRescueCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica run --config /etc/ephor.conf",
            "  ephor replica list",
            "  ephor replica replace 3 by 6",
            "",
            "Each explains itself: `ephor replica add --help`.",
        })
final class ReplicaCommand implements Callable<Integer> {
    @Mixin private final ReplicaProcessOptions process = new ReplicaProcessOptions();

    @Override
    public Integer call() {
        return process.run();
    }
}
