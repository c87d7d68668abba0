package dev.ephor.cli;

import dev.ephor.client.Contents;
import dev.ephor.client.Ephor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "get",
        description = "Print the contents of a file, byte for byte.",
        footer = {
            "",
            "Examples:",
            "  ephor get /ls/local/greeting",
            "  ephor get --json /ls/local/greeting     with its generation, for a conditional put",
        })
final class GetCommand implements Callable<Integer> {
    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Parameters(paramLabel = "PATH", description = "As in /ls/local/greeting.")
    private String path = "";

    @Override
    public Integer call() {
        try (Ephor ephor = target.connect("get")) {
            Contents contents = ephor.get(NodeText.path(path));
            if (output.isJson()) {
                JsonLine line = new JsonLine().put("path", NodeText.path(path));
                output.println(
                        NodeText.put(NodeText.put(line, contents), contents.stat()).toString());
            } else {
                print(contents.bytes());
            }
        }
        return ExitCode.OK;
    }

    /// As it is; a person's prompt begins on a line of its own.
    private void print(byte[] contents) {
        output.stream().write(contents, 0, contents.length);
        boolean lineIsOpen = contents.length > 0 && contents[contents.length - 1] != '\n';
        if (lineIsOpen && Terminal.isInteractive()) {
            output.stream().println();
        }
        output.stream().flush();
    }
}
