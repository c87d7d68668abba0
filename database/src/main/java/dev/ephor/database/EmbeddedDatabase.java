package dev.ephor.database;

import dev.ephor.log.Environment;
import dev.ephor.log.Identity;
import dev.ephor.log.LogSettings;
import dev.ephor.log.ReplicatedLog;
import java.io.IOException;

/// A [Database] on a log of its own: what a program embeds that wants a replicated map and nothing
/// else.
public final class EmbeddedDatabase implements AutoCloseable {
    private final Database database;
    private final ReplicatedLog<MultiOpResult> log;

    private EmbeddedDatabase(Database database, ReplicatedLog<MultiOpResult> log) {
        this.database = database;
        this.log = log;
    }

    /// Opens the replica's log, brings the database to the state that the disk holds, and takes
    /// part in the cell. Fails as [ReplicatedLog#open].
    public static EmbeddedDatabase open(
            Identity identity, LogSettings settings, Environment environment) throws IOException {
        Database database = new Database(DatabaseLimits.DEFAULT, new DatabaseListener() {});
        return open(identity, settings, environment, database);
    }

    /// As above, with a database of one's own making, which may have other limits and a listener.
    public static EmbeddedDatabase open(
            Identity identity, LogSettings settings, Environment environment, Database database)
            throws IOException {
        ReplicatedLog<MultiOpResult> log =
                ReplicatedLog.open(identity, settings, environment, database);
        database.attach(Submitter.of(log), environment.loop());
        return new EmbeddedDatabase(database, log);
    }

    public Database database() {
        return database;
    }

    public ReplicatedLog<MultiOpResult> log() {
        return log;
    }

    /// Stops taking part. The environment is its maker's to close.
    @Override
    public void close() {
        log.close();
    }
}
