/// The lock service as a deterministic machine: nodes, handles, locks, sequencers, sessions,
/// events.
module dev.ephor.cell {
    exports dev.ephor.cell;

    requires transitive dev.ephor.database;
    requires org.pcollections;
    requires static org.jspecify;
}
