package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "mkdir",
        description = "Make directories.",
        footer = {
            "",
            "Examples:",
            "  ephor mkdir /ls/local/jobs",
            "  ephor mkdir -p /ls/local/a/b/c",
            "",
            "Exit code 4: it is there already (with -p that is no mistake).",
        })
final class MkdirCommand implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Option(
            names = {"-p", "--parents"},
            description = "Make the missing directories above it, too.")
    private boolean parents;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "As in /ls/local/jobs.")
    private List<String> paths = new ArrayList<>();

    @Override
    public Integer call() {
        OpenOptions options =
                parents
                        ? OpenOptions.CREATE.directory().parents()
                        : OpenOptions.CREATE_NEW.directory();
        try (Ephor ephor = target.connect("mkdir")) {
            for (String given : paths) {
                String path = NodeText.path(given);
                try (NodeHandle handle = ephor.open(path, options)) {
                    if (!NodeText.isDirectory(handle.statAtOpen())) {
                        throw new Failure(
                                ExitCode.CONDITION_FAILED, path + " is there and is a file", "");
                    }
                    if (output.isJson()) {
                        output.println(
                                new JsonLine()
                                        .put("path", path)
                                        .put("created", handle.created())
                                        .toString());
                    }
                }
            }
        }
        return ExitCode.OK;
    }
}
