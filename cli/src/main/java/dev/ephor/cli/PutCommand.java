package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.Stat;
import dev.ephor.client.WriteOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        description = "Write a whole file, and make it where there is none.",
        footer = {
            "",
            "Examples:",
            "  ephor put /ls/local/greeting hello",
            "  ephor put /ls/local/app/config @config.json -p",
            "  date | ephor put /ls/local/now",
            "  ephor put /ls/local/greeting 'hello again' --if-generation 1",
            "",
            "Exit code 4: the condition does not hold, and nothing was written.",
        })
final class PutCommand implements Callable<Integer> {
    /// No cell takes files of this size; more is not read into memory.
    private static final int MOST_BYTES = 64 << 20;

    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();
    @Mixin private final Conditions conditions = new Conditions();

    @Option(
            names = {"-p", "--parents"},
            description = "Make the missing directories above it, too.")
    private boolean parents;

    @Option(names = "--new", description = "Only where there is no such file.")
    private boolean isNew;

    @Parameters(index = "0", paramLabel = "PATH", description = "As in /ls/local/greeting.")
    private String path = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description =
                    "The new contents; @FILE takes those of a file, @@X is the text @X, - (or no"
                            + " value) takes standard input.")
    private @Nullable String value;

    @Override
    public Integer call() throws IOException {
        WriteOptions options = conditions.options();
        if (isNew) {
            conditions.refuseWith("--new");
            options = options.ifAbsent();
        }
        byte[] contents = contents();
        try (Ephor ephor = target.connect("put")) {
            String node = NodeText.path(path);
            Stat stat = ephor.put(node, contents, parents ? options.makeParents() : options);
            output.print(
                    () ->
                            "%s: generation %d, %d bytes"
                                    .formatted(
                                            node, stat.contentGeneration(), stat.contentLength()),
                    () -> NodeText.put(new JsonLine().put("path", node), stat));
        }
        return ExitCode.OK;
    }

    private byte[] contents() throws IOException {
        if (value == null || value.equals("-")) {
            return read(System.in, "standard input");
        }
        if (value.startsWith("@@")) {
            return value.substring(1).getBytes(StandardCharsets.UTF_8);
        }
        if (value.startsWith("@")) {
            Path file = Path.of(value.substring(1));
            try (InputStream stream = Files.newInputStream(file)) {
                return read(stream, file.toString());
            }
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(InputStream stream, String name) throws IOException {
        byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw Failure.usage(
                    name + " has more than " + (MOST_BYTES >> 20) + " MiB",
                    "A cell keeps small files, of 256 KiB at most by default.");
        }
        return bytes;
    }
}
