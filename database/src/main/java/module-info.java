/// The fault-tolerant database: an ordered, immutable map with MultiOp, replicated by the log.
module dev.ephor.database {
    exports dev.ephor.database;

    requires transitive dev.ephor.log;
    requires org.pcollections;
    requires static org.jspecify;
}
