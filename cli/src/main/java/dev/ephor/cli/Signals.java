package dev.ephor.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Takes the signals that would end this process, so that it can end what it has begun first.
///
/// Thread-safe. Signals are caught from [#catching] to [#close].
final class Signals implements AutoCloseable {
    /// With the numbers that they have everywhere.
    private static final Map<String, Integer> CAUGHT = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    private final Map<String, SignalHandler> before = new TreeMap<>();
    private final List<String> pending = new ArrayList<>();
    private @Nullable Consumer<String> listener;
    private int last;

    private Signals() {}

    static Signals catching() {
        Signals signals = new Signals();
        CAUGHT.keySet().forEach(signals::take);
        return signals;
    }

    /// From here on this process is not ended by Ctrl-C: whoever started it says when.
    static void ignoreInterrupt() {
        Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
    }

    private void take(String name) {
        try {
            before.put(name, Signal.handle(new Signal(name), signal -> caught(signal.getName())));
        } catch (IllegalArgumentException e) {
            // The JVM was told to leave it alone (as nohup does with HUP): then nobody wants it.
        }
    }

    /// The listener is told of signals from now on, and of those that nobody has heard of yet, by
    /// their names without SIG. It replaces the one before.
    synchronized void onSignal(Consumer<String> listener) {
        this.listener = listener;
        pending.forEach(listener);
        pending.clear();
    }

    /// As shells have it: 128 and the number of the last signal.
    synchronized int exitCode() {
        return 128 + last;
    }

    private synchronized void caught(String name) {
        last = CAUGHT.getOrDefault(name, 0);
        if (listener == null) {
            pending.add(name);
        } else {
            listener.accept(name);
        }
    }

    @Override
    public void close() {
        before.forEach((name, handler) -> Signal.handle(new Signal(name), handler));
    }
}
