package dev.ephor.cli;

import dev.ephor.api.AdminRequest;
import dev.ephor.api.RemoveReplica;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = {
            "Take a replica out of the cell, whether it runs or not.",
            "",
            "It learns of it, stops voting and says so; then its process may be stopped and its data",
            "deleted.",
            "",
            "A master that is to go hands mastership over first. The last replica cannot be removed.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica remove 3",
        })
final class ReplicaRemoveCommand implements Callable<Integer> {
    @Mixin private final AdminOptions admin = new AdminOptions();

    @Parameters(paramLabel = "N", description = "The number of the replica.")
    private int replica;

    @Override
    public Integer call() {
        return admin.run(
                AdminRequest.newBuilder()
                        .setRemove(
                                RemoveReplica.newBuilder().setReplica(AdminOptions.number(replica)))
                        .build(),
                "Replica " + replica + " is no member any more.");
    }
}
