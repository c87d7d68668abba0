package dev.ephor.log;

import dev.ephor.paxos.Check;

/// Where a replica listens for the others. The name is resolved anew at each connection attempt.
///
/// @param host a name or a literal address
/// @param port 0 to 65535; 0, for listening only, takes a free one
public record Address(String host, int port) {
    public Address {
        Check.that(!host.isBlank(), "an address has a host");
        Check.that(port >= 0 && port <= 65_535, "a port is between 0 and 65535");
    }

    /// `host:port`, with brackets around a host that has colons itself.
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
