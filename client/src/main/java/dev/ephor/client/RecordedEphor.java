package dev.ephor.client;

import dev.ephor.client.HistoryRecorder.Fields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A session whose calls are recorded ([HistoryRecorder]): files as registers, and locks. Every
/// call does what [Ephor]'s of the same name does, and throws the same. Thread-safe; the session
/// stays its owner's to close.
///
/// Write no contents twice to a file: what somebody read then says which write he saw, and a
/// history can be judged in no time.
public final class RecordedEphor {
    private final HistoryRecorder recorder;
    private final Ephor ephor;
    private final String name;

    RecordedEphor(HistoryRecorder recorder, Ephor ephor) {
        this.recorder = recorder;
        this.ephor = ephor;
        this.name = Long.toUnsignedString(ephor.sessionId());
    }

    /// Reads a file; empty where there is none.
    public Optional<Contents> get(String path) {
        return call(
                operation("read", path),
                () -> {
                    try {
                        return Optional.of(ephor.get(path));
                    } catch (EphorException.NotFound none) {
                        return Optional.empty();
                    }
                },
                seen -> new Fields().put("value", seen.map(Contents::utf8).orElse(null)));
    }

    /// Writes a file, whatever is there.
    public Stat put(String path, String contents) {
        return call(
                operation("write", path).put("value", contents),
                () -> ephor.put(path, contents),
                stat -> null);
    }

    /// Writes a file only where nobody has written since it was read, or, where `seen` is empty,
    /// where there is none. False where somebody has.
    public boolean replace(String path, Optional<Contents> seen, String contents) {
        WriteOptions options =
                seen.map(before -> WriteOptions.DEFAULT.ifGeneration(before.generation()))
                        .orElseGet(WriteOptions.DEFAULT::ifAbsent);
        Fields call =
                operation("cas", path)
                        .put("expected", seen.map(Contents::utf8).orElse(null))
                        .put("value", contents);
        try {
            call(
                    call,
                    () -> ephor.put(path, contents.getBytes(StandardCharsets.UTF_8), options),
                    stat -> null);
            return true;
        } catch (EphorException.GenerationMismatch other) {
            return false;
        }
    }

    /// Waits for the lock of a file; see [Ephor#lock(String, LockMode, Duration)].
    public RecordedLock lock(String path, LockMode mode, Duration timeout) {
        long called = now();
        RecordedLock got =
                call(
                        locking("acquire", path, mode),
                        () -> new RecordedLock(this, ephor.lock(path, mode, timeout), called),
                        lock -> new Fields().put("value", lock.generation()));
        got.isValid();
        return recorder.holds(got);
    }

    /// True while the lock is held as its sequencer says.
    public boolean check(RecordedLock lock) {
        return call(
                locking("check", lock.path(), lock.mode()).put("value", lock.generation()),
                () -> ephor.checkSequencer(lock.sequencer()),
                valid -> new Fields().put("value", valid));
    }

    HistoryRecorder recorder() {
        return recorder;
    }

    String name() {
        return name;
    }

    boolean isOver() {
        return ephor.state() == SessionState.EXPIRED;
    }

    long now() {
        return ephor.nanoTime();
    }

    static Fields operation(String operation, String path) {
        return new Fields().put("operation", operation).put("key", path);
    }

    private static Fields locking(String operation, String path, LockMode mode) {
        return operation(operation, path)
                .put("mode", mode == LockMode.EXCLUSIVE ? "exclusive" : "shared");
    }

    private <T> T call(Fields call, Supplier<T> action, Function<T, @Nullable Fields> answer) {
        HistoryRecorder.Running running = recorder.begin(name, this::now, call);
        String end = "unknown";
        Fields said = null;
        try {
            T result = action.get();
            end = "ok";
            said = answer.apply(result);
            return result;
        } catch (EphorException.GenerationMismatch mismatch) {
            end = "fail";
            said = new Fields().put("mismatch", true);
            throw mismatch;
        } catch (EphorException.OutcomeUnknown | EphorException.Interrupted unknown) {
            throw unknown;
        } catch (EphorException withoutEffect) {
            end = "fail";
            throw withoutEffect;
        } finally {
            running.end(end, this::now, said);
        }
    }
}
