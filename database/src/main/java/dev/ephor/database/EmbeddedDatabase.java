package dev.ephor.database;

import dev.ephor.log.EmbeddedLog;
import dev.ephor.log.Environment;
import dev.ephor.log.LogSettings;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.log.Seat;
import java.io.IOException;

/// A [Database] on a log of its own: what a program embeds that wants a replicated map and nothing
/// else.
public final class EmbeddedDatabase implements AutoCloseable {
    private final Database database;
    private final ReplicatedLog<MultiOpResult> log;
    private final Runnable closing;

    private EmbeddedDatabase(
            Database database, ReplicatedLog<MultiOpResult> log, Runnable closing) {
        this.database = database;
        this.log = log;
        this.closing = closing;
    }

    /// Starts a replica of the database on this machine, with default limits. Its data directory
    /// was bootstrapped once ([EmbeddedLog#bootstrap]). Fails as [EmbeddedLog#open].
    ///
    /// @param listener told what happens, on the loop; it must not block
    public static EmbeddedDatabase open(EmbeddedLog.Plan plan, DatabaseListener listener)
            throws IOException {
        Database database = new Database(DatabaseLimits.DEFAULT, listener);
        EmbeddedLog<MultiOpResult> replica = EmbeddedLog.open(plan, database);
        database.attach(Submitter.of(replica.log()), replica.environment().loop());
        return new EmbeddedDatabase(database, replica.log(), replica::close);
    }

    /// Starts a replica in an environment of one's own: opens its log, brings the database to the
    /// state that the disk holds, and takes part in the cell. Fails as [ReplicatedLog#open].
    public static EmbeddedDatabase open(
            Seat seat, LogSettings settings, Environment environment, Database database)
            throws IOException {
        ReplicatedLog<MultiOpResult> log =
                ReplicatedLog.open(seat, settings, environment, database);
        database.attach(Submitter.of(log), environment.loop());
        return new EmbeddedDatabase(database, log, log::close);
    }

    public Database database() {
        return database;
    }

    public ReplicatedLog<MultiOpResult> log() {
        return log;
    }

    /// Stops taking part, and closes what was opened with it: an environment of one's own is its
    /// maker's to close.
    @Override
    public void close() {
        closing.run();
    }
}
