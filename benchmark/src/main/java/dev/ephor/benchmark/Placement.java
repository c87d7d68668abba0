package dev.ephor.benchmark;

/// Which servers the connections of a load go to.
enum Placement {
    /// All to the leader (the master).
    LEADER("leader"),
    /// Connection i to server i mod 5, wherever the leader is.
    SPREAD("spread");

    final String label;

    Placement(String label) {
        this.label = label;
    }
}
