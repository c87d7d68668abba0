package dev.ephor.server;

/// The replica cannot start. The message names what is in the way and what to do about it; nothing
/// was lost.
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
