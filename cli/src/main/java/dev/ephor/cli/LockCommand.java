package dev.ephor.cli;

import dev.ephor.client.Ephor;
import dev.ephor.client.HeldLock;
import dev.ephor.client.LockMode;
import dev.ephor.client.NodeHandle;
import dev.ephor.client.OpenOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "lock",
        customSynopsis = "ephor lock [OPTIONS] PATH -- COMMAND [ARGUMENT...]",
        description = {
            "Run a command while a lock is held. The file is made where there is none.",
            "",
            "The command finds in its environment:",
            "  EPHOR_SEQUENCER        names this holding of the lock; give it to whatever the",
            "                         command writes to, as in `ephor put --sequencer`",
            "  EPHOR_LOCK_GENERATION  a number that rises with each holding (a fencing token)",
            "  EPHOR_LOCK_PATH        the lock's file",
            "  EPHOR_SERVERS          the cell",
            "",
            "Where the cell cannot be reached for the length of the lease (12 s), the lock counts",
            "as lost: the command gets SIGTERM, and SIGKILL after --kill-after. Nobody else gets",
            "the lock before that, as long as --kill-after is not longer than --lock-delay.",
        },
        footer = {
            "",
            "Examples:",
            "  ephor lock /ls/local/jobs/billing -- ./billing.sh",
            "  ephor lock --try /ls/local/cron/nightly -- ./nightly.sh",
            "  ephor lock --wait 5s /ls/local/x -- sh -c \\",
            "    'ephor put --sequencer \"$EPHOR_SEQUENCER\" /ls/local/y 1'",
            "",
            "Exit code: that of the command (128 + n where signal n ended it), except",
            "  5 the lock was not acquired; 6 it was lost and the command was ended;",
            "  7 the cell is not reachable; 126 the command cannot be run; 127 there is none.",
        })
final class LockCommand implements Callable<Integer> {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    @Mixin private final Target target = new Target();
    @Mixin private final Output output = new Output();

    @Option(names = "--shared", description = "As a reader: others may share it, nobody may write.")
    private boolean shared;

    @ArgGroup private Patience patience = new Patience();

    /// How long to wait for the lock: at most one of these.
    static final class Patience {
        @Option(names = "--try", description = "Do not wait: exit code 5 where somebody has it.")
        private boolean isTry;

        @Option(
                names = "--wait",
                paramLabel = "TIME",
                converter = Durations.class,
                description = "Wait at most so long. Default: as long as it takes.")
        private @Nullable Duration limit;
    }

    @Option(
            names = "--lock-delay",
            paramLabel = "TIME",
            converter = Durations.class,
            defaultValue = "3s",
            description =
                    "How long nobody gets the lock after this process died or was cut off. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Duration lockDelay = Duration.ZERO;

    @Option(
            names = "--kill-after",
            paramLabel = "TIME",
            converter = Durations.class,
            defaultValue = "2s",
            description =
                    "From SIGTERM to SIGKILL where the lock is lost. Default: ${DEFAULT-VALUE}.")
    private Duration killAfter = Duration.ZERO;

    @Parameters(index = "0", paramLabel = "PATH", description = "As in /ls/local/jobs/billing.")
    private String path = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "With its arguments, after --.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        if (command.isEmpty()) {
            throw Failure.usage(
                    "no command to run under the lock",
                    "Write it after --, as in: ephor lock /ls/local/x -- ./job.sh");
        }
        try (Ephor ephor = target.connect("lock");
                Signals signals = Signals.catching()) {
            Optional<HeldLock> acquired = acquire(ephor, signals);
            if (acquired.isEmpty()) {
                return signals.exitCode();
            }
            try (HeldLock lock = acquired.get()) {
                return run(lock, signals);
            }
        }
    }

    // --- getting it ---

    /// Empty where a signal ended the wait.
    private Optional<HeldLock> acquire(Ephor ephor, Signals signals) {
        LockMode mode = shared ? LockMode.SHARED : LockMode.EXCLUSIVE;
        OpenOptions options = OpenOptions.CREATE.parents().lockDelay(lockDelay);
        NodeHandle handle = ephor.open(NodeText.path(path), options);
        if (patience.isTry) {
            return Optional.of(handle.tryLock(mode).orElseThrow(this::notAcquired));
        }
        CompletableFuture<HeldLock> waiting =
                patience.limit == null
                        ? handle.lockAsync(mode)
                        : handle.lockAsync(mode, patience.limit);
        CompletableFuture<Void> remark =
                CompletableFuture.runAsync(
                        () -> {
                            if (!waiting.isDone()) {
                                output.remark(Main.PREFIX + "waiting for the lock " + path);
                            }
                        },
                        CompletableFuture.delayedExecutor(
                                SILENCE.toMillis(), TimeUnit.MILLISECONDS));
        signals.onSignal(name -> waiting.cancel(true));
        try {
            return Optional.of(waiting.join());
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case dev.ephor.client.EphorException.LockTimeout timeout -> throw notAcquired();
                case RuntimeException failure -> throw failure;
                case null, default -> throw e;
            }
        } finally {
            remark.cancel(false);
        }
    }

    private Failure notAcquired() {
        String how =
                patience.limit == null
                        ? " is held by somebody else"
                        : " was not free within " + Durations.show(patience.limit);
        return new Failure(
                ExitCode.LOCK_NOT_ACQUIRED,
                "the lock " + path + how,
                "The command was not run. --wait TIME waits for the lock.");
    }

    // --- holding it ---

    private int run(HeldLock lock, Signals signals) {
        CompletableFuture<Void> lost = new CompletableFuture<>();
        lock.onLost(() -> lost.complete(null));
        if (output.isJson()) {
            System.err.println(
                    new JsonLine()
                            .put("event", "acquired")
                            .put("path", lock.path())
                            .put("sequencer", lock.sequencer())
                            .put("generation", lock.generation()));
        }
        CommandProcess process = CommandProcess.start(command, environment(lock));
        signals.onSignal(process::forward);
        CompletableFuture.anyOf(process.onExit(), lost).join();
        if (process.isAlive()) {
            process.end(killAfter);
            throw new Failure(
                    ExitCode.LOCK_LOST,
                    "the lock " + path + " was lost, and the command was ended",
                    "The cell fell silent for the length of the lease, or the file was deleted.");
        }
        return process.exitCode();
    }

    private java.util.Map<String, String> environment(HeldLock lock) {
        String servers =
                target.addresses().stream().map(Address::toString).collect(Collectors.joining(","));
        return java.util.Map.of(
                "EPHOR_SEQUENCER",
                lock.sequencer(),
                "EPHOR_LOCK_GENERATION",
                Long.toString(lock.generation()),
                "EPHOR_LOCK_PATH",
                lock.path(),
                Target.VARIABLE,
                servers);
    }
}
