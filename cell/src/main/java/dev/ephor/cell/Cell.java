package dev.ephor.cell;

import dev.ephor.database.Proposer;
import dev.ephor.log.Mastership;
import dev.ephor.log.Reporter;
import dev.ephor.paxos.Check;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A replica's part of the lock service: what its clients' streams say goes in, what they are told
/// comes out through the [Outbox]. Confined to the loop executor, except [#read].
public final class Cell {
    private final CellSettings settings;
    private final String name;
    private final Proposer proposer;
    private final Outbox outbox;
    private final Clock clock;
    private final RandomGenerator random;
    private final Reporter reporter;

    /// Not null while this replica is master. Written on the loop.
    private volatile @Nullable Reign reign;

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
        this.settings = settings;
        this.name = name;
        this.proposer = proposer;
        this.outbox = outbox;
        this.clock = clock;
        this.random = random;
        this.reporter = reporter;
    }

    /// This replica is master: serve. To be called by the database's listener.
    public void masterStarted(Mastership mastership) {
        Check.that(reign == null, "one reign ends before the next begins");
        Reign next =
                new Reign(
                        settings,
                        name,
                        proposer,
                        mastership,
                        outbox,
                        clock,
                        random,
                        why -> abandon(mastership, why));
        reign = next;
        int sessions = next.recover();
        reporter.info(
                "master of cell "
                        + name
                        + " in epoch "
                        + mastership.epoch()
                        + ", with "
                        + sessions
                        + " sessions");
    }

    /// This replica is not master any more: every stream is sent away.
    public void masterStopped() {
        Reign last = reign;
        reign = null;
        if (last != null) {
            last.end();
        }
    }

    /// What was speculated upon did not come true, so nothing of this reign can be relied on.
    private void abandon(Mastership mastership, String why) {
        masterStopped();
        reporter.info(
                "the reign of epoch "
                        + mastership.epoch()
                        + " ends: a change had no effect: "
                        + why);
        proposer.stepDown("a change had no effect: " + why);
    }

    /// This replica serves. Any thread.
    public boolean isMaster() {
        return reign != null;
    }

    /// A client said something. The first message of a stream makes it known; nothing need be said
    /// of a stream before.
    public void received(StreamId stream, ClientMessage message) {
        Reign current = reign;
        if (current != null) {
            current.received(stream, message);
        } else {
            outbox.end(
                    stream,
                    new Goodbye(Goodbye.Reason.NOT_MASTER, "this replica is not the master"));
        }
    }

    /// A stream broke, or its client ended it. Its session lives on until its lease runs out.
    public void closed(StreamId stream) {
        Reign current = reign;
        if (current != null) {
            current.closed(stream);
        }
    }

    /// Does what is due by now. To be called when [Clock#wakeAt] said, or more often.
    public void tick() {
        Reign current = reign;
        if (current != null) {
            current.tick();
        }
    }

    /// Answers a Read, GetStat, ListChildren or CheckSequencer from the committed state under the
    /// master lease. Any thread.
    ///
    /// To be asked only while nothing that came before on the same stream is unanswered, so that a
    /// session sees its own writes.
    ///
    /// @return empty where the loop must decide: give the request to [#received] then
    public Optional<Answer> read(StreamId stream, Call call) {
        Reign current = reign;
        return current == null ? Optional.empty() : Optional.ofNullable(current.read(stream, call));
    }

    /// How many sessions and nodes this replica knows of; at the master, as many as there are. Any
    /// thread.
    public Census census() {
        View view = new View(proposer.state().rows());
        return new Census(view.sessionCount(), view.nodeCount());
    }

    /// How much there is in a cell.
    public record Census(int sessions, int nodes) {}
}
