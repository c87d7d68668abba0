package dev.ephor.cli;

/// Where something listens.
///
/// @param host a name or an address, without brackets
/// @param port 1 to 65535
record Address(String host, int port) {
    static final int DEFAULT_PORT = 7400;

    /// `host`, `host:port`, `[v6]` or `[v6]:port`; the port is 7400 where none is given.
    ///
    /// @param where what the address was given for, to name it in the message
    static Address parse(String text, String where) {
        String given = text.strip();
        int colon = given.lastIndexOf(':');
        boolean hasPort = colon > given.lastIndexOf(']');
        String host = hasPort ? given.substring(0, colon) : given;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw bad(text, where);
        }
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ',')) {
            throw bad(text, where);
        }
        return new Address(
                host, hasPort ? port(given.substring(colon + 1), text, where) : DEFAULT_PORT);
    }

    private static int port(String digits, String text, String where) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(Character::isDigit)) {
            throw bad(text, where);
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > 65_535) {
            throw bad(text, where);
        }
        return port;
    }

    private static Failure bad(String text, String where) {
        return Failure.usage(
                where + ": '" + text + "' is not an address",
                "Write HOST:PORT, as in localhost:7400; several with commas between them.");
    }

    /// As the server's configuration has it.
    dev.ephor.log.Address forServer() {
        return new dev.ephor.log.Address(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
