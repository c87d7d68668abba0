package dev.ephor.server;

import java.util.List;

/// A configuration that cannot be used. The message names each mistake with its line, and what
/// would be right.
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    ConfigException(String source, List<String> mistakes) {
        super(
                mistakes.size() == 1
                        ? source + ": " + mistakes.getFirst()
                        : source + ":\n  " + String.join("\n  ", mistakes));
    }
}
