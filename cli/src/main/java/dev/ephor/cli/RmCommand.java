package dev.ephor.cli;

import dev.ephor.client.Child;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.WriteOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rm",
        description = "Delete files and empty directories; with -r all that is below them, too.",
        footer = {
            "",
            "Examples:",
            "  ephor rm /ls/local/greeting",
            "  ephor rm -r /ls/local/jobs",
            "  ephor rm /ls/local/greeting --if-generation 3",
            "",
            "Exit codes: 3 there is no such node (with -f that is no mistake); 4 the condition",
            "does not hold, and nothing was deleted.",
        })
final class RmCommand implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();
    @Mixin private final Conditions conditions = new Conditions();

    @Option(
            names = {"-r", "-R", "--recursive"},
            description = "Delete what is in a directory first.")
    private boolean recursive;

    @Option(
            names = {"-f", "--force"},
            description = "What is not there is no mistake.")
    private boolean force;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "As in /ls/local/greeting.")
    private List<String> paths = new ArrayList<>();

    @Override
    public Integer call() {
        if (recursive) {
            conditions.refuseWith("-r");
        }
        WriteOptions options = conditions.options();
        try (Ephor ephor = target.connect("rm")) {
            for (String given : paths) {
                String path = NodeText.path(given);
                try {
                    delete(ephor, path, options);
                } catch (EphorException.NotFound e) {
                    if (!force) {
                        throw e;
                    }
                }
            }
        }
        return ExitCode.OK;
    }

    private void delete(Ephor ephor, String path, WriteOptions options) {
        if (!recursive) {
            ephor.delete(path, options);
        } else {
            deleteTree(ephor, path, options);
        }
        if (output.isJson()) {
            output.println(new JsonLine().put("path", path).put("deleted", true).toString());
        }
    }

    /// Others may add to the directory, or delete from it, at the same time: what is gone is gone,
    /// and what is new is deleted in another round.
    private static void deleteTree(Ephor ephor, String path, WriteOptions options) {
        while (true) {
            if (NodeText.isDirectory(ephor.stat(path))) {
                for (Child child : ephor.list(path)) {
                    try {
                        deleteTree(ephor, NodeText.child(path, child.name()), options);
                    } catch (EphorException.NotFound e) {
                        // Somebody else deleted it: the same result.
                    }
                }
            }
            try {
                ephor.delete(path, options);
                return;
            } catch (EphorException.NotEmpty e) {
                // Somebody added to it in the meantime.
            }
        }
    }
}
