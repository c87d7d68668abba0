/// The fault-tolerant log: replay log, snapshots, transport, and the loop that performs the core's
/// effects.
module dev.ephor.log {
    exports dev.ephor.log;

    requires transitive dev.ephor.paxos;
    requires static org.jspecify;
}
