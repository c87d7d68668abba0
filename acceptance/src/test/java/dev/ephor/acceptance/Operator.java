package dev.ephor.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ephor.cli.Main;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Somebody at a command line: gives one command after the other, each in a process of its own.
final class Operator {
    private final RealCell cell;
    private int commands;

    Operator(RealCell cell) {
        this.cell = cell;
    }

    /// Gives the command, waits for its end, and expects that it was done. Returns what it printed.
    String does(String... words) {
        Program program = begins(words);
        int code = program.awaitEnd(Duration.ofSeconds(120));
        assertThat(code)
                .as("exit code of ephor %s; it printed:%n%s", List.of(words), program.output())
                .isZero();
        return program.output();
    }

    /// Gives the command.
    Program begins(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--server");
        all.add(String.join(",", cell.addresses()));
        commands++;
        return Program.start(
                cell.directory().resolve("command-" + commands + ".log"),
                Program.java(Main.class, all.toArray(String[]::new)));
    }
}
