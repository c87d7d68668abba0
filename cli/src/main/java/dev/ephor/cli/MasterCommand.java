package dev.ephor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "master",
        description = "Decide which replica of a cell is its master.",
        subcommands = MasterTransferCommand.class,
        footer = {
            "",
            "Examples:",
            "  ephor master transfer",
            "  ephor master transfer --to 2",
        })
final class MasterCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand: transfer");
    }
}
