package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "stat",
        description = "Show what a cell knows of files and directories, without their contents.",
        footer = {
            "",
            "Examples:",
            "  ephor stat /ls/local/greeting",
            "  ephor stat /ls/local/greeting > /dev/null || echo 'not there'",
            "",
            "Exit code 3: there is no such node.",
        })
final class StatCommand implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "As in /ls/local/greeting.")
    private List<String> paths = new ArrayList<>();

    @Override
    public Integer call() {
        try (Ephor ephor = target.connect("stat")) {
            for (String given : paths) {
                String path = NodeText.path(given);
                Stat stat = ephor.stat(path);
                output.print(
                        () -> text(path, stat),
                        () -> NodeText.put(new JsonLine().put("path", path), stat));
            }
        }
        return ExitCode.OK;
    }

    private static String text(String path, Stat stat) {
        Table table = new Table("", "");
        table.row("  kind", NodeText.kind(stat));
        table.row("  instance number", stat.instanceNumber());
        table.row("  content generation", stat.contentGeneration());
        table.row("  lock generation", stat.lockGeneration());
        table.row("  ACL generation", stat.aclGeneration());
        if (NodeText.isDirectory(stat)) {
            table.row("  children", stat.children());
        } else {
            table.row("  length", stat.contentLength() + " bytes");
            table.row("  checksum", NodeText.checksum(stat));
        }
        return path + "\n" + String.join("\n", table.body());
    }
}
