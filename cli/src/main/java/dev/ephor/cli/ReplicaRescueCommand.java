package dev.ephor.cli;

import dev.ephor.log.LastResort;
import dev.ephor.log.LogException;
import dev.ephor.log.RealDisk;
import dev.ephor.log.Reporter;
import dev.ephor.log.Seat;
import dev.ephor.paxos.ReplicaId;
import dev.ephor.server.ConfigException;
import dev.ephor.server.ServerConfig;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rescue",
        description = {
            "The last resort: make the disk of one replica the whole cell.",
            "",
            "For when a majority of a cell's disks is lost for good. What was chosen and never reached",
            "this disk is lost with them.",
            "",
            "The replica must not run. It says what the disk holds and what may be lost, and asks",
            "before it changes anything. A replica that is only down holds everything that it ever",
            "held: start it instead.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica rescue --config /etc/ephor.conf",
            "  ephor replica rescue --config /etc/ephor.conf --yes     without a question",
        })
final class ReplicaRescueCommand implements Callable<Integer> {
    @Mixin private final Output output = new Output();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "The configuration of the replica that holds the most.")
    private Path config = Path.of("");

    @Option(names = "--yes", description = "Do it without asking.")
    private boolean yes;

    @Override
    public Integer call() throws IOException {
        ServerConfig settings;
        try {
            settings = ServerConfig.load(config);
        } catch (ConfigException e) {
            throw Failure.usage(String.valueOf(e.getMessage()));
        }
        try (RealDisk disk = RealDisk.open(settings.data())) {
            LastResort last =
                    LastResort.examine(
                            disk,
                            Seat.of(settings.cell(), settings.replica()),
                            settings.logSettings(),
                            new Remarks());
            last.findings().forEach(output::remark);
            if (!yes) {
                ask(settings.cell());
            }
            report(last, last.rebuild(new SecureRandom()));
            return ExitCode.OK;
        } catch (LogException e) {
            throw Failure.error(String.valueOf(e.getMessage()), "Nothing was changed.");
        }
    }

    private static void ask(String cell) {
        Console console = System.console();
        if (console == null || !Terminal.isInteractive()) {
            throw Failure.usage(
                    "nobody is there to be asked, and nothing was changed",
                    "Say --yes where what may be lost is understood.");
        }
        String answer =
                console.readLine("Type the name of the cell to do it (%s), or nothing: ", cell);
        if (answer == null || !answer.strip().equals(cell)) {
            throw Failure.error("nothing was changed", "");
        }
    }

    private void report(LastResort last, ReplicaId survivor) {
        output.print(
                () ->
                        "Replica "
                                + survivor
                                + " is the only member of its cell now, with everything up to"
                                + " instance "
                                + last.highest()
                                + ".\nStart it; then empty the data directories of the others,"
                                + " start and add them.",
                () ->
                        new JsonLine()
                                .put("replica", survivor.number())
                                .put("incarnation", survivor.incarnation())
                                .put("highest", last.highest()));
    }

    private final class Remarks implements Reporter {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {
            output.remark(message);
        }
    }
}
