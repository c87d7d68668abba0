package dev.ephor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// `ephor` in a process of its own, and what it has printed so far (standard error too).
final class Running implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final List<String> WITH_SIGNALS = withSignals();

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private int read;

    private Running(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::collect);
    }

    static Running start(String... args) throws IOException {
        ProcessBuilder builder = SelfStart.process(List.of(args)).redirectErrorStream(true);
        builder.command().addAll(0, WITH_SIGNALS);
        return new Running(builder.start());
    }

    /// What goes before a command so that signals reach it. A build that runs in the background, or
    /// under nohup, ignores INT or HUP, and hands that down to every process that it starts. Empty
    /// where the system's `env` cannot change that.
    private static List<String> withSignals() {
        List<String> prefix = List.of("env", "--default-signal=HUP,INT,TERM");
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        try {
            Process process =
                    new ProcessBuilder(probe)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void collect() {
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            // The process was killed: there is nothing more to read.
        }
    }

    Process process() {
        return process;
    }

    String printed() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /// Waits for a line that contains the text, after the one that was waited for before.
    String waitFor(String text) {
        String found = Waiting.until(PATIENCE, () -> next(text), Predicate.not(String::isEmpty));
        assertThat(found).as("waiting for '%s'; it printed:%n%s", text, printed()).isNotEmpty();
        return found;
    }

    private String next(String text) {
        synchronized (lines) {
            for (int i = read; i < lines.size(); i++) {
                if (lines.get(i).contains(text)) {
                    read = i + 1;
                    return lines.get(i);
                }
            }
        }
        return "";
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
    }

    int waitForEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("it ends; it printed:%n%s", printed())
                .isTrue();
        return process.exitValue();
    }

    /// The replicas that it started.
    List<ProcessHandle> children() {
        return process.descendants().toList();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = children();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
