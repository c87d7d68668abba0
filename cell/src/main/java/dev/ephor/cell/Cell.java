package dev.ephor.cell;

import dev.ephor.database.Proposer;
import dev.ephor.log.Mastership;
import dev.ephor.log.Reporter;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A replica's part of the lock service: what its clients' streams say goes in, what they are told
/// comes out through the [Outbox]. Confined to the loop executor, except [#read].
public final class Cell {
    private final Outbox outbox;

    /// @param name the cell's name, as in `/ls/<name>/...`
    /// @param proposer the database below
    /// @param outbox the clients' streams
    /// @param random where secrets come from: unpredictable in production
    /// @param reporter tells the operator
    public Cell(
            CellSettings settings,
            String name,
            Proposer proposer,
            Outbox outbox,
            Clock clock,
            RandomGenerator random,
            Reporter reporter) {
        this.outbox = outbox;
    }

    /// This replica is master: serve. To be called by the database's listener.
    public void masterStarted(Mastership mastership) {}

    /// This replica is not master any more: every stream is sent away.
    public void masterStopped() {}

    /// A client said something. The first message of a stream makes it known; nothing need be said
    /// of a stream before.
    public void received(StreamId stream, ClientMessage message) {
        outbox.end(stream, new Goodbye(Goodbye.Reason.NOT_MASTER, ""));
    }

    /// A stream broke, or its client ended it. Its session lives on until its lease runs out.
    public void closed(StreamId stream) {}

    /// Does what is due by now. To be called when [Clock#wakeAt] said, or more often.
    public void tick() {}

    /// Answers a Read, GetStat, ListChildren or CheckSequencer from the committed state under the
    /// master lease. Any thread.
    ///
    /// To be asked only while nothing that came before on the same stream is unanswered, so that a
    /// session sees its own writes.
    ///
    /// @return empty where the loop must decide: give the request to [#received] then
    public Optional<Answer> read(StreamId stream, Call call) {
        return Optional.empty();
    }
}
