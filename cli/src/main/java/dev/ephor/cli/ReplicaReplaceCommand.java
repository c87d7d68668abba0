package dev.ephor.cli;

import dev.ephor.api.AdminRequest;
import dev.ephor.api.ReplaceReplica;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replace",
        description = {
            "Put one replica in the place of another.",
            "",
            "The new one learns first; in one step it gets the vote that the old one loses, so that",
            "the cell has as many voters all the time.",
            "",
            "Start the new one first, as for `ephor replica add`. The old one need not run.",
            "",
            "It may be interrupted: the cell goes on with it, and the same command shows how far it is.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica replace 3 by 6",
            "  ephor replica replace 3 --by 6",
        })
final class ReplicaReplaceCommand implements Callable<Integer> {
    @Mixin private final AdminOptions admin = new AdminOptions();

    @Parameters(paramLabel = "N", description = "The number of the replica that goes.")
    private int replica;

    @Option(
            names = {"by", "--by"},
            required = true,
            paramLabel = "M",
            description = "The number of the replica that comes.")
    private int by;

    @Override
    public Integer call() {
        return admin.run(
                AdminRequest.newBuilder()
                        .setReplace(
                                ReplaceReplica.newBuilder()
                                        .setReplica(AdminOptions.number(replica))
                                        .setBy(AdminOptions.number(by)))
                        .build(),
                "Replica " + by + " has taken the place of replica " + replica + ".");
    }
}
