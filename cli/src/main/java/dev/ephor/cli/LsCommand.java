package dev.ephor.cli;

import dev.ephor.client.Child;
import dev.ephor.client.Ephor;
import dev.ephor.client.EphorException;
import dev.ephor.client.Stat;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ls",
        description = "List a directory. Names of directories end with a slash.",
        footer = {
            "",
            "Examples:",
            "  ephor ls",
            "  ephor ls -l /ls/local/jobs",
            "  ephor ls -R --json /ls/local",
        })
final class LsCommand implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Option(names = "-l", description = "With kind, generations and length (or children).")
    private boolean isLong;

    @Option(names = "-R", description = "What is below, too; names are relative to PATH.")
    private boolean recursive;

    @Parameters(
            arity = "0..1",
            paramLabel = "PATH",
            defaultValue = "/ls/local",
            description = "Default: ${DEFAULT-VALUE}.")
    private String path = "";

    private @Nullable Table table;

    @Override
    public Integer call() {
        String top = NodeText.path(path);
        if (isLong && !output.isJson()) {
            table = new Table("KIND", ">GENERATION", ">LOCK", ">LENGTH", "NAME");
        }
        try (Ephor ephor = target.connect("ls")) {
            Stat stat = ephor.stat(top);
            if (NodeText.isDirectory(stat)) {
                walk(ephor, top, "", (name, child) -> print(top, name, child));
            } else {
                print("", top, stat);
            }
        }
        if (table != null) {
            table.lines().forEach(output::println);
        }
        return ExitCode.OK;
    }

    private void walk(Ephor ephor, String top, String below, BiConsumer<String, Stat> found) {
        String directory = below.isEmpty() ? top : NodeText.child(top, below);
        for (Child child : ephor.list(directory)) {
            String name = below.isEmpty() ? child.name() : below + "/" + child.name();
            found.accept(name, child.stat());
            if (recursive && NodeText.isDirectory(child.stat())) {
                try {
                    walk(ephor, top, name, found);
                } catch (EphorException.NotFound e) {
                    // Deleted since its parent was listed: there is nothing in it any more.
                }
            }
        }
    }

    private void print(String top, String name, Stat stat) {
        if (output.isJson()) {
            String full = top.isEmpty() ? name : NodeText.child(top, name);
            output.println(
                    NodeText.put(new JsonLine().put("path", full).put("name", name), stat)
                            .toString());
            return;
        }
        String shown = NodeText.isDirectory(stat) ? name + "/" : name;
        if (table == null) {
            output.println(shown);
        } else {
            table.row(
                    NodeText.kind(stat),
                    stat.contentGeneration(),
                    stat.lockGeneration(),
                    NodeText.isDirectory(stat) ? stat.children() : stat.contentLength(),
                    shown);
        }
    }
}
