package dev.ephor.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server as a process of its own: a Java program on this program's Java and class path. It holds
/// the reading end of a pipe from us and ends when that closes, so that none outlives a benchmark
/// that was killed.
final class ServerProcess {
    private static final int LAST_LINES = 20;

    /// Read by the launcher: further options for the JVM.
    private static final String LAUNCHER_OPTIONS = "EPHOR_JAVA_OPTIONS";

    private final int number;
    private final Process process;
    private final Path log;

    private ServerProcess(int number, Process process, Path log) {
        this.number = number;
        this.process = process;
        this.log = log;
    }

    /// @param number of the server, from 1
    /// @param directory where its output goes, to the file `output`
    /// @param command what follows `java -cp CLASSPATH`
    static ServerProcess start(int number, Path directory, List<String> command)
            throws IOException {
        List<String> line =
                Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path")),
                                command.stream())
                        .toList();
        return start(number, directory, new ProcessBuilder(line));
    }

    /// Through the launcher.
    ///
    /// @param line the launcher and its arguments
    /// @param jvmOptions what goes before those that the user gave
    static ServerProcess launch(int number, Path directory, List<String> line, String jvmOptions)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment()
                .merge(LAUNCHER_OPTIONS, jvmOptions, (users, ours) -> ours + " " + users);
        return start(number, directory, builder);
    }

    private static ServerProcess start(int number, Path directory, ProcessBuilder builder)
            throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve("output");
        Process process =
                builder.redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.PIPE)
                        .start();
        return new ServerProcess(number, process, log);
    }

    /// From 1.
    int number() {
        return number;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /// @throws IllegalStateException it ended; the message has the end of its output
    void mustLive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "server %d ended with status %d; its last words in %s:%n%s"
                            .formatted(number, process.exitValue(), log, lastLines()));
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(
                    System.lineSeparator(),
                    lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends it, at once: what it served is not wanted any more.
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
