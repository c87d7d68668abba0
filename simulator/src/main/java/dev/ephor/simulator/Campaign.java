package dev.ephor.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Many seeds, several at a time. The runs share nothing; only their outcomes come together here.
final class Campaign {
    private final List<String> profiles;
    private final long first;
    private final long last;
    private final long seconds;
    private final @Nullable MutantLoader mutant;
    private final int jobs;
    private @Nullable Consumer<String> lines;

    /// What many runs came to.
    record Summary(
            long runs, long failed, long simulated, long events, SortedMap<String, Long> marks) {}

    Campaign(
            List<String> profiles,
            long first,
            long last,
            long seconds,
            @Nullable Mutation mutation,
            int jobs) {
        this.profiles = profiles;
        this.first = first;
        this.last = last;
        this.seconds = seconds;
        this.mutant = mutation == null ? null : new MutantLoader(mutation);
        this.jobs = jobs;
        if (mutant != null) {
            mutant.verify();
        }
    }

    void printTrace(Consumer<String> reader) {
        lines = reader;
    }

    /// Runs everything.
    ///
    /// @param each is told of every outcome, one at a time, in the order in which they come
    Summary run(Consumer<Outcome> each) {
        return run(each, false);
    }

    /// Runs until a rule is broken, or everything.
    Summary runUntilFound(Consumer<Outcome> each) {
        return run(each, true);
    }

    private Summary run(Consumer<Outcome> each, boolean untilFound) {
        Totals totals = new Totals(each);
        AtomicLong next = new AtomicLong();
        long runs = Math.multiplyExact(last - first + 1, profiles.size());
        List<Future<?>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
            for (int job = 0; job < jobs; job++) {
                workers.add(
                        threads.submit(() -> {
                            long run = next.getAndIncrement();
                            while (run < runs && !(untilFound && totals.anyFailed())) {
                                totals.add(runOne(run));
                                run = next.getAndIncrement();
                            }
                        }));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a run could not be made", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stopped);
        }
        return totals.summary();
    }

    private Outcome runOne(long run) {
        long seed = first + run / profiles.size();
        String profile = profiles.get((int) (run % profiles.size()));
        return mutant == null
                ? Simulator.run(seed, profile, seconds, lines)
                : mutant.run(seed, profile, seconds, lines);
    }

    private static final class Totals {
        private final Consumer<Outcome> each;
        private final Marks marks = new Marks();
        private long runs;
        private long failed;
        private long simulated;
        private long events;

        Totals(Consumer<Outcome> each) {
            this.each = each;
        }

        synchronized void add(Outcome outcome) {
            runs++;
            failed += outcome.holds() ? 0 : 1;
            simulated += outcome.simulated();
            events += outcome.events();
            marks.addAll(outcome.marks());
            each.accept(outcome);
        }

        synchronized boolean anyFailed() {
            return failed > 0;
        }

        synchronized Summary summary() {
            return new Summary(runs, failed, simulated, events, marks.counts());
        }
    }
}
