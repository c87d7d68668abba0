package dev.ephor.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "run",
        description = {
            "Run one replica of a cell, until it is told to stop.",
            "",
            "A cell is five of these on five machines, each with a configuration file like",
            "",
            "  cell = sparta",
            "  replica = 1",
            "  data = /var/lib/ephor",
            "  member.1.replica = a.example:7410",
            "  member.1.client  = a.example:7400",
            "  member.2.replica = b.example:7410",
            "  ...",
            "",
            "that differs in `replica` (and maybe in `data`) only. On the first start of each",
            "replica of a new cell say --bootstrap, and never again. Without it, a replica whose",
            "data directory is empty, or damaged, asks the cell to be taken in: one that was a",
            "member comes back by itself, another one when `ephor replica add` is given.",
            "",
            "SIGTERM or Ctrl-C stops it in good order: a master hands over at once.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor replica run --config /etc/ephor.conf --bootstrap     once, in a new cell",
            "  ephor replica run --config /etc/ephor.conf",
            "",
            "Exit codes: 0, 130, 143 it was stopped; 2 it cannot start: standard error names the",
            "key, file or port that is wrong; 3 it stopped at once because to go on is unsafe.",
        })
final class ReplicaRunCommand implements Callable<Integer> {
    @Mixin private final ReplicaProcessOptions process = new ReplicaProcessOptions();

    @Override
    public Integer call() {
        return process.run();
    }
}
