package dev.ephor.simulator;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One simulated world: its time, what is going to happen in it, its randomness, and the record of
/// what did.
///
/// A task runs in no time at all, but what it does may take time: a flush of the disk *leads*, that
/// is, it moves [#now] forward within the task, and all that the task does afterwards happens that
/// much later. What others do in between is simulated after the task although it comes before; they
/// cannot tell, because all that the task sends them arrives at its own, later time.
final class World {
    static final long MICRO = 1_000;
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;

    /// More than any seed needs: a cell that keeps itself busy for ever ends here.
    private static final long MOST_EVENTS = 5_000_000;

    private static final long MOST_EVENTS_A_SECOND = 50_000;

    final Rng rng;
    final Trace trace;
    final Marks marks = new Marks();
    final Choices choices;

    /// How many times rarer than usual load and faults come.
    final int calmer;

    private final EventQueue queue = new EventQueue();
    private long clock;
    private long lead;
    private final long mostEvents;
    private long events;
    private @Nullable Violation violation;

    /// @param mostEvents nothing happens any more after so many; 0 for no end
    World(long seed, Trace trace, Choices choices, long mostEvents) {
        this(seed, trace, choices, mostEvents, 1);
    }

    /// @param calmer how many times rarer than usual load and faults come
    World(long seed, Trace trace, Choices choices, long mostEvents, int calmer) {
        this.calmer = calmer;
        this.rng = new Rng(seed);
        this.trace = trace;
        this.choices = choices;
        this.mostEvents = mostEvents;
    }

    /// True time, in nanoseconds since the world began, as the running task sees it.
    long now() {
        return clock + lead;
    }

    /// True time of the event that is being simulated, without what its task took so far.
    long clock() {
        return clock;
    }

    /// The running task takes this long here.
    void spend(long nanos) {
        lead += nanos;
    }

    /// Runs the task at a true time (not before now), if its owner lives then.
    EventQueue.Event at(long time, @Nullable Process owner, Runnable task) {
        return queue.add(Math.max(time, now()), owner, task);
    }

    /// Runs the task this much later, if its owner lives then.
    EventQueue.Event after(long delay, @Nullable Process owner, Runnable task) {
        return queue.add(now() + delay, owner, task);
    }

    void note(String place, String kind, Object detail) {
        trace.line(now(), place, kind, detail);
    }

    /// How many events there were: the measure of a run's work.
    long events() {
        return events;
    }

    /// Ends the run with a violation unless the condition holds. The violation counts even where
    /// somebody catches it.
    void check(boolean holds, String rule, Supplier<String> detail) {
        if (!holds) {
            throw broken(rule, detail.get());
        }
    }

    /// Ends the run; the caller throws what it gets.
    Violation broken(String rule, String detail) {
        Violation now = new Violation(rule, detail);
        if (violation == null) {
            violation = now;
            note("", "VIOLATION", rule + ": " + detail);
        }
        return now;
    }

    /// The first rule that was broken.
    @Nullable Violation violation() {
        return violation;
    }

    /// Lets the world go on until a time, or until nothing is left to happen, or until it is
    /// stopped.
    void runUntil(long end) {
        while (violation == null && !isCut() && !queue.isEmpty() && queue.peek().time <= end) {
            step(queue.poll());
        }
        if (violation == null) {
            clock = Math.max(clock, end);
        }
    }

    /// True where as much has happened as was asked for.
    boolean isCut() {
        return mostEvents > 0 && events >= mostEvents;
    }

    private void step(EventQueue.Event event) {
        Process owner = event.owner;
        if (owner != null && !owner.admits(event)) {
            return;
        }
        Runnable task = event.take();
        if (task == null) {
            return;
        }
        clock = event.time;
        lead = 0;
        events++;
        if (events > MOST_EVENTS + clock / SECOND * MOST_EVENTS_A_SECOND) {
            throw broken("no endless run", events + " events");
        }
        trace.mix(event.time);
        task.run();
        lead = 0;
    }
}
