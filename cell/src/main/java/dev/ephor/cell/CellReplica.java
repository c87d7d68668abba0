package dev.ephor.cell;

import dev.ephor.database.Database;
import dev.ephor.database.DatabaseLimits;
import dev.ephor.database.DatabaseListener;
import dev.ephor.database.EmbeddedDatabase;
import dev.ephor.database.MultiOpResult;
import dev.ephor.log.Environment;
import dev.ephor.log.LogSettings;
import dev.ephor.log.Mastership;
import dev.ephor.log.ReplicatedLog;
import dev.ephor.log.Seat;
import java.io.IOException;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A whole replica but for its front door: log, database and cell, wired together in their
/// environment, which may be the real or a simulated one.
///
/// Its [#cell] and the [Outbox] are confined to the environment's loop executor; the methods here
/// may be called on any thread.
public final class CellReplica implements AutoCloseable {
    private final Environment environment;
    private final Cell cell;
    private final EmbeddedDatabase database;

    /// What calls [Cell#tick] next. Loop only.
    private Environment.@Nullable Timer timer;

    private CellReplica(
            Seat seat,
            LogSettings logSettings,
            Environment environment,
            CellSettings settings,
            Outbox outbox,
            RandomGenerator secrets)
            throws IOException {
        this.environment = environment;
        Upcalls upcalls = new Upcalls();
        Database storage = new Database(limits(settings), upcalls);
        this.cell =
                new Cell(
                        settings,
                        seat.cell(),
                        storage,
                        outbox,
                        new LoopClock(),
                        secrets,
                        environment.reporter());
        upcalls.cell = cell;
        this.database = EmbeddedDatabase.open(seat, logSettings, environment, storage);
    }

    /// Opens the replica's log, brings database and cell to the state that the disk holds, and
    /// takes part in the cell. Fails as [ReplicatedLog#open].
    ///
    /// @param secrets where the cell's secret comes from: a `SecureRandom` in production
    public static CellReplica open(
            Seat seat,
            LogSettings logSettings,
            Environment environment,
            CellSettings settings,
            Outbox outbox,
            RandomGenerator secrets)
            throws IOException {
        return new CellReplica(seat, logSettings, environment, settings, outbox, secrets);
    }

    /// The service. Its methods are for the loop executor, except [Cell#read].
    public Cell cell() {
        return cell;
    }

    public Database database() {
        return database.database();
    }

    public ReplicatedLog<MultiOpResult> log() {
        return database.log();
    }

    /// Stops taking part. The environment is its maker's to close.
    @Override
    public void close() {
        database.close();
    }

    /// Room for what the cell makes of its own limits.
    private static DatabaseLimits limits(CellSettings settings) {
        DatabaseLimits usual = DatabaseLimits.DEFAULT;
        return new DatabaseLimits(
                Math.max(usual.keyBytes(), settings.pathBytes() + 128),
                Math.max(usual.valueBytes(), settings.fileBytes() + 128),
                Math.max(
                        usual.multiOpBytes(),
                        settings.fileBytes()
                                + (settings.pathLevels() + 8) * (settings.pathBytes() + 128)));
    }

    private void tick() {
        timer = null;
        cell.tick();
    }

    private final class LoopClock implements Clock {
        @Override
        public long nanoTime() {
            return environment.nanoTime();
        }

        @Override
        public void wakeAt(long nanoTime) {
            if (timer != null) {
                timer.cancel();
            }
            long delay = Math.max(0, nanoTime - environment.nanoTime());
            timer = environment.schedule(delay, CellReplica.this::tick);
        }
    }

    /// Passes on what the database tells.
    private static final class Upcalls implements DatabaseListener {
        private @Nullable Cell cell;

        @Override
        public void masterStarted(Mastership mastership) {
            told().masterStarted(mastership);
        }

        @Override
        public void masterStopped() {
            told().masterStopped();
        }

        private Cell told() {
            return Objects.requireNonNull(cell, "the database speaks when the cell is there");
        }
    }
}
