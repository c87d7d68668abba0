package dev.ephor.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who wants to know how the session stands. Thread-safe.
final class StateListeners {
    private final SerialCallbacks callbacks;
    private final List<Consumer<SessionState>> listeners = new CopyOnWriteArrayList<>();

    StateListeners(SerialCallbacks callbacks) {
        this.callbacks = callbacks;
    }

    void add(Consumer<SessionState> listener) {
        listeners.add(listener);
    }

    void tell(SessionState state) {
        for (Consumer<SessionState> listener : listeners) {
            callbacks.add(() -> listener.accept(state));
        }
    }
}
