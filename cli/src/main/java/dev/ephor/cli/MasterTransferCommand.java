package dev.ephor.cli;

import dev.ephor.api.AdminRequest;
import dev.ephor.api.TransferMaster;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "transfer",
        description = {
            "Make another replica the master, without waiting for a lease.",
            "",
            "Clients wait for a fraction of a second, and notice nothing else. The master goes on where",
            "the other is too far behind.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor master transfer",
            "  ephor master transfer --to 2",
        })
final class MasterTransferCommand implements Callable<Integer> {
    @Mixin private final AdminOptions admin = new AdminOptions();

    @Option(
            names = "--to",
            paramLabel = "N",
            description = "The number of a replica. Default: whichever can have it soonest.")
    private int to;

    @Override
    public Integer call() {
        if (to != 0) {
            AdminOptions.number(to);
        }
        return admin.run(
                AdminRequest.newBuilder()
                        .setTransfer(TransferMaster.newBuilder().setTo(to))
                        .build(),
                to == 0 ? "Another replica is master." : "Replica " + to + " is master.");
    }
}
