package dev.ephor.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One run of a replica as a process of its own.
///
/// Its standard input is a pipe from here on which nothing is ever written: the replica ends when
/// the pipe does, so it never outlives this process, however this process ends.
final class ReplicaChild {
    private static final long LOG_LIMIT = 8 << 20;

    private final int replica;
    private final Process process;
    private final Path log;
    private final long logStart;
    private final long startedAt = System.nanoTime();

    private ReplicaChild(int replica, Process process, Path log, long logStart) {
        this.replica = replica;
        this.process = process;
        this.log = log;
        this.logStart = logStart;
    }

    static ReplicaChild start(CellDirectory directory, int replica) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add("replica");
        arguments.add("run");
        arguments.add("--config");
        arguments.add(directory.configurationOf(replica).toString());
        arguments.add(ReplicaProcessOptions.CHILD);
        if (directory.isNew(replica)) {
            arguments.add("--bootstrap");
        }
        Path log = directory.logOf(replica);
        long logStart = makeRoom(log);
        Process process =
                SelfStart.process(arguments)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new ReplicaChild(replica, process, log, logStart);
    }

    int replica() {
        return replica;
    }

    Process process() {
        return process;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /// How it ended, in words; with what it said last where it ended by itself.
    String ending() {
        int code = process.exitValue();
        if (code == 128 + 9) {
            return "was killed (kill -9)";
        }
        if (code > 128) {
            return "was ended by signal " + (code - 128);
        }
        String said = lastWords();
        return "ended with exit code " + code + (said.isEmpty() ? "" : ": " + said);
    }

    /// What it complained of, else the last line that it printed in this run.
    private String lastWords() {
        try (var file = Files.newByteChannel(log)) {
            file.position(Math.max(logStart, file.size() - 16_384));
            byte[] end = java.nio.channels.Channels.newInputStream(file).readAllBytes();
            List<String> lines =
                    new String(end, StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .toList();
            return lines.stream()
                    .filter(line -> line.startsWith(Main.PREFIX))
                    .map(line -> line.substring(Main.PREFIX.length()))
                    .reduce((first, second) -> second)
                    .or(() ->
                            lines.isEmpty()
                                    ? java.util.Optional.empty()
                                    : java.util.Optional.of(lines.getLast()))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    /// As `kill -9`: at once and without a word.
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /// Asks it to end.
    void terminate() {
        process.toHandle().destroy();
    }

    /// Keeps the log from growing for ever: one old file is kept. Returns where this run's part
    /// begins.
    private static long makeRoom(Path log) throws IOException {
        if (!Files.exists(log)) {
            return 0;
        }
        if (Files.size(log) < LOG_LIMIT) {
            return Files.size(log);
        }
        Files.move(
                log,
                log.resolveSibling(log.getFileName() + ".old"),
                StandardCopyOption.REPLACE_EXISTING);
        return 0;
    }
}
