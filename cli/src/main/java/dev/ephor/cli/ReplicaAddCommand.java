package dev.ephor.cli;

import dev.ephor.api.AddReplica;
import dev.ephor.api.AdminRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = {
            "Make a replica a member of the cell.",
            "",
            "First as a learner, which is sent everything and has no vote, then as a voter as soon as",
            "it has caught up.",
            "",
            "Start it first, on an empty data directory, without --bootstrap, with a configuration",
            "that has its own addresses and those of some members:",
            "",
            "  cell = sparta",
            "  replica = 6",
            "  data = /var/lib/ephor",
            "  member.6.replica = f.example:7410",
            "  member.6.client  = f.example:7400",
            "  member.1.replica = a.example:7410",
            "  member.1.client  = a.example:7400",
            "",
            "It may be interrupted: the cell goes on with it, and the same command shows how far it is.",
            "`ephor replica remove` undoes it.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica add 6",
        })
final class ReplicaAddCommand implements Callable<Integer> {
    @Mixin private final AdminOptions admin = new AdminOptions();

    @Parameters(paramLabel = "N", description = "The number of the replica.")
    private int replica;

    @Override
    public Integer call() {
        return admin.run(
                AdminRequest.newBuilder()
                        .setAdd(AddReplica.newBuilder().setReplica(AdminOptions.number(replica)))
                        .build(),
                "Replica " + replica + " is a voter.");
    }
}
