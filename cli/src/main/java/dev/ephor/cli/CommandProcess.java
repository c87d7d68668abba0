package dev.ephor.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The command that runs under a lock: it has this process's standard streams and terminal.
final class CommandProcess {
    private static final Pattern NO_SUCH_FILE = Pattern.compile("error[=:] ?2\\b");

    private final Process process;

    private CommandProcess(Process process) {
        this.process = process;
    }

    /// @throws Failure there is no such command, or it cannot be run
    static CommandProcess start(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        try {
            return new CommandProcess(builder.start());
        } catch (IOException e) {
            boolean absent = NO_SUCH_FILE.matcher(String.valueOf(e.getMessage())).find();
            throw new Failure(
                    absent ? ExitCode.COMMAND_NOT_FOUND : ExitCode.CANNOT_RUN,
                    absent
                            ? command.getFirst() + ": no such command"
                            : command.getFirst() + " cannot be run: " + e.getMessage(),
                    "");
        }
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    /// Passes a signal on, by name (`TERM`). A Ctrl-C at the terminal has reached the command
    /// already, as the terminal sends it to both.
    void forward(String signal) {
        boolean fromTerminal = signal.equals("INT") || signal.equals("QUIT");
        if (fromTerminal && Terminal.isInteractive() || !process.isAlive()) {
            return;
        }
        if (signal.equals("TERM")) {
            process.toHandle().destroy();
            return;
        }
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + process.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.toHandle().destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends it and all that it started: asks first, and does not wait longer than the grace.
    void end(Duration grace) {
        List<ProcessHandle> all = family();
        all.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        for (ProcessHandle one : all) {
            endsBefore(one, deadline);
        }
        all.addAll(family());
        all.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }

    private List<ProcessHandle> family() {
        List<ProcessHandle> all = new ArrayList<>(List.of(process.toHandle()));
        process.descendants().forEach(all::add);
        return all;
    }

    private static void endsBefore(ProcessHandle handle, long deadline) {
        try {
            handle.onExit()
                    .completeOnTimeout(
                            handle, Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
